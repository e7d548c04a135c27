package io.aitbc.poolhub.match;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.commit.GroupCommit;
import io.aitbc.poolhub.miner.FleetMiner;
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
import java.util.LinkedHashMap;
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

    static final String PATH = "/v1/match";

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
    private final FleetIndex index;
    private final GroupCommit<MatchRecord, Boolean> commit;
    private final Clock clock;
    private final Timer duration;

    MatchController(
            FleetView fleet,
            FleetIndex index,
            GroupCommit<MatchRecord, Boolean> commit,
            Clock clock,
            MeterRegistry meters) {
        this.fleet = fleet;
        this.index = index;
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
    @PostMapping(PATH)
    Answer match(@Valid @RequestBody JobNeeds needs, @RequestParam(required = false) @Nullable Explain explain) {
        return Objects.requireNonNull(duration.record(() -> find(needs, explain == Explain.full)));
    }

    private Answer find(JobNeeds needs, boolean full) {
        Instant now = clock.instant();
        Search.Found found = index.find(needs, ThreadLocalRandom.current());
        commit.write(new MatchRecord(
                UuidCreator.getTimeOrderedEpochFast(), needs, found.candidates(), found.rejected(), now));
        return new Answer(
                Objects.requireNonNull(needs.jobId()),
                found.candidates(),
                found.rejected(),
                found.accepted(),
                full ? reasons(needs, now) : null);
    }

    private Map<String, String> reasons(JobNeeds needs, Instant now) {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (FleetMiner miner : fleet.snapshot()) {
            Rejection rejection = Eligibility.of(miner, needs, now);
            if (rejection != null) {
                reasons.put(miner.minerId(), rejection.label());
            }
            if (reasons.size() == MOST_REASONS) {
                break;
            }
        }
        return reasons;
    }
}
