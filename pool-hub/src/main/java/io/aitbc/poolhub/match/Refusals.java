package io.aitbc.poolhub.match;

import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.FleetView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Why miners cannot take a job now. */
@Component
public class Refusals {

    /**
     * What a job demands of a miner.
     *
     * @param maxPrice of a GPU hour; null for any, like the names
     */
    public record Demand(
            int gpuCount,
            double minVramGb,
            @Nullable String gpuName,
            @Nullable String region,
            List<String> capabilities,
            @Nullable BigDecimal maxPrice) {}

    /**
     * What the pool is for a job.
     *
     * @param fit how many miners could take it
     * @param ever how many could if they were up, well and free
     * @param refused how many could not, by the first reason that holds
     */
    public record Tally(int fit, int ever, Map<String, Integer> refused) {}

    private final FleetView fleet;

    Refusals(FleetView fleet) {
        this.fleet = fleet;
    }

    /** How many miners could take a job at a moment, and why the others could not. */
    public Tally of(Demand demand, Instant now) {
        JobNeeds needs = new JobNeeds(
                "-",
                null,
                new JobNeeds.Requirements(
                        demand.minVramGb(), null, demand.gpuCount(), demand.gpuName(), null, demand.capabilities()),
                new JobNeeds.Hints(null, demand.maxPrice()),
                null);
        int fit = 0;
        int ever = 0;
        Map<String, Integer> refused = new LinkedHashMap<>();
        for (FleetMiner miner : fleet.snapshot()) {
            Rejection rejection = Eligibility.of(miner, needs, now);
            boolean elsewhere = demand.region() != null && !Objects.equals(demand.region(), miner.region());
            if (!elsewhere && Eligibility.built(miner, needs) == null) {
                ever++;
            }
            if (rejection == null && !elsewhere) {
                fit++;
            } else {
                refused.merge(rejection == null ? "region" : rejection.label(), 1, Integer::sum);
            }
        }
        return new Tally(fit, ever, refused);
    }
}
