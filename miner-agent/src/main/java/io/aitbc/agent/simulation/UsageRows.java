package io.aitbc.agent.simulation;

import io.aitbc.agent.simulation.HistoryRow.Outcome;
import io.aitbc.agent.simulation.HistoryRow.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The billable side of one miner's past: hours of jobs that were completed, and calls, one row per tenant and day. */
final class UsageRows {

    private static final Map<String, Object> SIMULATED = Map.of("simulated", true);
    private static final BigDecimal MILLIS_PER_HOUR = BigDecimal.valueOf(3_600_000);
    private static final int SCALE = 8;

    private final SimulatedMiner miner;
    private final FactIds ids;
    private final List<Usage> rows = new ArrayList<>();
    private final TreeMap<Instant, TreeMap<String, Calls>> calls = new TreeMap<>();

    private record Calls(Instant first, Instant last, int count) {}

    UsageRows(SimulatedMiner miner, FactIds ids) {
        this.miner = miner;
        this.ids = ids;
    }

    void call(DemoTenant tenant, Instant at) {
        calls.computeIfAbsent(at.truncatedTo(ChronoUnit.DAYS), day -> new TreeMap<>())
                .merge(
                        tenant.tenantId(),
                        new Calls(at, at, 1),
                        (some, one) -> new Calls(some.first(), one.last(), some.count() + 1));
    }

    void job(Outcome job) {
        // Rounded down: what is billed may never exceed the time that passed.
        BigDecimal hours = BigDecimal.valueOf(
                        Duration.between(job.startedAt(), job.finishedAt()).toMillis())
                .divide(MILLIS_PER_HOUR, SCALE, RoundingMode.DOWN);
        add(job, "compute_hours", hours);
        add(job, "gpu_hours", hours.multiply(BigDecimal.valueOf(job.gpuCount())));
    }

    private void add(Outcome job, String resource, BigDecimal quantity) {
        if (job.tenantId() != null) {
            rows.add(new Usage(
                    ids.of(resource, miner.number(), rows.size()),
                    job.tenantId(),
                    miner.id(),
                    job.jobId(),
                    resource,
                    quantity,
                    job.finishedAt(),
                    job.startedAt(),
                    job.finishedAt(),
                    Map.of("simulated", true, "gpu_count", job.gpuCount())));
        }
    }

    List<Usage> rows() {
        List<Usage> all = new ArrayList<>(rows);
        calls.forEach((day, tenants) -> tenants.forEach((tenant, made) -> all.add(new Usage(
                ids.of("api_calls", miner.number(), all.size()),
                tenant,
                miner.id(),
                null,
                "api_calls",
                BigDecimal.valueOf(made.count()),
                made.last(),
                made.first(),
                made.last(),
                SIMULATED))));
        return all;
    }
}
