package io.aitbc.poolhub.match;

import io.aitbc.poolhub.miner.Enrollment;
import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.MinerState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A miner that fits everything, and what a test changes of it. */
final class SomeMiner {

    static final Instant NOW = Instant.parse("2026-04-22T12:00:00Z");

    final String id;
    Enrollment enrollment = Enrollment.APPROVED;
    MinerState state = MinerState.UP;
    Instant downAfter = NOW.plusSeconds(60);

    @Nullable
    String gpuName = "NVIDIA A100";

    @Nullable
    Double vram = 80.0;

    int gpus = 4;

    @Nullable
    Double ram = 256.0;

    String price = "1";
    Set<String> capabilities = Set.of("cuda", "fp16");

    @Nullable
    String region = "eu";

    int jobs;
    int poolJobs;
    int gpusLeased;

    @Nullable
    Double eta = 100.0;

    double successes;
    double failures;
    int gpusOut;
    boolean draining;
    Instant trustAt = NOW;
    List<FleetMiner.Window> maintenance = List.of();

    private SomeMiner(String id) {
        this.id = id;
    }

    static FleetMiner with(String id, Consumer<SomeMiner> change) {
        SomeMiner some = new SomeMiner(id);
        change.accept(some);
        return some.miner();
    }

    private FleetMiner miner() {
        return new FleetMiner(
                id,
                enrollment,
                state,
                downAfter,
                "10.0.0.1:9000",
                "grpc",
                gpuName,
                vram,
                gpus,
                gpusOut,
                ram,
                4,
                new BigDecimal(price),
                capabilities,
                region,
                new FleetMiner.Work(jobs, poolJobs, poolJobs, Math.max(0, jobs - poolJobs), gpusLeased),
                0,
                eta,
                successes,
                failures,
                trustAt,
                maintenance,
                draining);
    }
}
