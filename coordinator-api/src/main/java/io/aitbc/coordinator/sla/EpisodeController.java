package io.aitbc.coordinator.sla;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Episodes in which miners did not keep their service levels. */
@RestController
@RequestMapping("/api/billing/sla-episodes")
@Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
class EpisodeController {

    /** What a pool says of episodes that are over. */
    record Said(
            @NotNull @Pattern(regexp = "[A-Za-z0-9._:-]{1,64}") @Nullable
            String source,

            @NotNull @Size(max = 1_000) @Nullable List<@NotNull EpisodeRow> episodes) {}

    private final EpisodeIntake intake;
    private final EpisodeBook book;

    EpisodeController(EpisodeIntake intake, EpisodeBook book) {
        this.intake = intake;
        this.book = book;
    }

    @PostMapping
    @Allowed(Role.SERVICE)
    @Operation(
            summary = "Take episodes that are over from a pool; known ones change nothing",
            description = "An episode is known by source and episode_id; a higher revision takes a lower one's place.")
    EpisodeIntake.Report take(Caller caller, @Valid @RequestBody Said said) {
        return intake.take(caller, Objects.requireNonNull(said.source()), Objects.requireNonNull(said.episodes()));
    }

    @GetMapping
    @Operation(summary = "List episodes, the latest end first; those of a miner, a status, or that overlap a time")
    ResponseEntity<Page<EpisodeView>> list(
            @RequestParam(name = "miner_id", required = false) @Pattern(regexp = "[^\\x00\\p{Cs}]{1,64}") @Nullable
                    String minerId,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to,
            @RequestParam(required = false) @Nullable EpisodeStatus status,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            HttpServletRequest request) {
        if (from != null && !EpisodeRow.isStorable(from) || to != null && !EpisodeRow.isStorable(to)) {
            throw Problem.unprocessable("time-out-of-range", "from and to must be of the years 2000 to 9999.");
        }
        Page<EpisodeView> page = book.list(new EpisodeBook.Filter(minerId, from, to, status), cursor, limit);
        return Links.page(request, page);
    }
}
