package io.aitbc.coordinator.notification;

import io.aitbc.service.web.Problem;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a service or an operator tells.
 *
 * @param key names the episode, the same for its opening and its resolution
 * @param title one line
 * @param email addresses that are told besides what the routes say
 * @param occurredAt now when left out
 */
record NotificationRequest(
        @NotNull @Size(min = 1, max = 256) @Pattern(regexp = Texts.LINE, message = Texts.LINE_RULE)
        String key,

        @NotNull EpisodeEvent event,
        @NotNull Severity severity,

        @NotNull @Size(min = 1, max = 300) @Pattern(regexp = Texts.LINE, message = Texts.LINE_RULE)
        String title,

        @Nullable @Size(max = 20_000) @Pattern(regexp = Texts.LINES, message = Texts.LINES_RULE)
        String text,

        @Nullable @Size(max = 64)
        Map<
                        @NotBlank @Size(max = 128) @Pattern(regexp = Texts.LINE, message = Texts.LINE_RULE) String,
                        @NotNull @Size(max = 1024) @Pattern(regexp = Texts.LINE, message = Texts.LINE_RULE) String>
                labels,

        @Nullable @Size(min = 1, max = 64) @Pattern(regexp = Texts.LINE, message = Texts.LINE_RULE)
        String tenantId,

        @Nullable @Size(max = 50)
        List<
                        @NotNull @Size(max = MailAddress.LONGEST)
                        @Pattern(regexp = MailAddress.PATTERN, message = MailAddress.RULE) String>
                email,

        @Nullable Instant occurredAt) {

    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

    /**
     * The notification.
     *
     * @throws Problem 422 when its time is out of range
     */
    Notification read(UUID id, Instant now) {
        Instant at = occurredAt == null ? now : occurredAt;
        if (at.isBefore(Instant.EPOCH) || !at.isBefore(YEAR_10000)) {
            throw Problem.unprocessable(
                    "invalid-request", "occurred_at must be of the years 1970 to 9999, such as 2026-04-22T15:00:00Z.");
        }
        return new Notification(
                id,
                Source.API,
                key,
                event,
                severity,
                title,
                text == null ? "" : text,
                labels == null ? Map.of() : labels,
                tenantId,
                email == null ? List.of() : email,
                at.truncatedTo(ChronoUnit.MICROS));
    }
}
