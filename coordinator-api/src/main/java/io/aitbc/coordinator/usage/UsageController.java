package io.aitbc.coordinator.usage;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes usage. */
@RestController
@RequestMapping("/api/billing/usage")
@Allowed(Role.SERVICE)
class UsageController {

    private static final int LONGEST_KEY = 100;

    private final UsageIntake intake;

    UsageController(UsageIntake intake) {
        this.intake = intake;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Take one usage event, or up to 10,000 in an array",
            description = "Answers after the commit. Sending the same event again changes nothing: its verdict is"
                    + " DUPLICATE. One event that breaks a rule is REJECTED and kept in quarantine; the others go"
                    + " through. An event without event_id is known by the Idempotency-Key header.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            array = @ArraySchema(schema = @Schema(implementation = EventShape.class)))))
    IngestReport json(
            Caller caller,
            HttpServletRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey)
            throws IOException {
        String key = checked(idempotencyKey);
        EventReader.Batch batch = EventReader.json(request.getInputStream().readAllBytes());
        if (batch.single() && key == null && batch.drafts().get(0).eventId == null) {
            throw Problem.unprocessable(
                    "no-event-id",
                    "Send event_id, or an Idempotency-Key header, so that a repetition is known as one.");
        }
        FallbackId fallback = batch.single() ? index -> key : numbered(key);
        return intake.take(caller, batch.drafts(), fallback);
    }

    @PostMapping(consumes = {"application/x-ndjson", "application/jsonl"})
    @Operation(
            summary = "Take up to 10,000 usage events, one per line",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-ndjson",
                                            schema = @Schema(implementation = EventShape.class))))
    IngestReport lines(
            Caller caller,
            HttpServletRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey)
            throws IOException {
        String key = checked(idempotencyKey);
        List<EventDraft> drafts = EventReader.lines(request.getInputStream().readAllBytes());
        return intake.take(caller, drafts, numbered(key));
    }

    private static FallbackId numbered(@Nullable String key) {
        return index -> key == null ? null : key + "/" + index;
    }

    private static @Nullable String checked(@Nullable String key) {
        boolean good = key == null || (!key.isBlank() && key.length() <= LONGEST_KEY && Texts.isStorable(key));
        if (!good) {
            throw Problem.unprocessable(
                    "bad-idempotency-key", "Idempotency-Key must have 1 to " + LONGEST_KEY + " characters.");
        }
        return key;
    }
}
