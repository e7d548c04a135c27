package io.aitbc.poolhub.match;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.commit.GroupCommit;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Allowed({Role.OPERATOR, Role.SERVICE})
class MatchController {

    private static final int MOST_REASONS = 1_000;

    /** How much to tell. */
    enum Explain {
        brief,
        full
    }

    record Answer(
            String jobId,
            List<Candidate> candidates,
            Map<String, Integer> rejected,
            int accepted,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, String> reasons) {}

    private final FleetView fleet;
    private final Matching matching;
    private final GroupCommit<MatchRecord, Boolean> commit;
    private final Clock clock;
    private final Timer duration;

    MatchController(
            FleetView fleet,
            Matching matching,
            GroupCommit<MatchRecord, Boolean> commit,
            Clock clock,
            MeterRegistry meters) {
        this.fleet = fleet;
        this.matching = matching;
        this.commit = commit;
        this.clock = clock;
        this.duration = Timer.builder("poolhub.match.duration")
                .description("A match call, until it is durable")
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1))
                .register(meters);
    }

    @Operation(summary = "Which miners fit a job best; why the others do not")
    @PostMapping("/v1/match")
    Answer match(@Valid @RequestBody JobNeeds needs, @RequestParam(required = false) @Nullable Explain explain) {
        return Objects.requireNonNull(duration.record(() -> find(needs, explain == Explain.full)));
    }

    private Answer find(JobNeeds needs, boolean full) {
        Instant now = clock.instant();
        Matching.Result result =
                matching.match(fleet.snapshot(), needs, now, ThreadLocalRandom.current(), full ? MOST_REASONS : 0);
        commit.write(new MatchRecord(
                UuidCreator.getTimeOrderedEpochFast(), needs, result.candidates(), result.rejected(), now));
        return new Answer(
                Objects.requireNonNull(needs.jobId()),
                result.candidates(),
                result.rejected(),
                result.accepted(),
                full ? result.reasons() : null);
    }
}
