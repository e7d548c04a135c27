package io.aitbc.agent.simulation;

import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.work.Assignment;
import io.aitbc.agent.work.Runner;
import io.aitbc.agent.work.Workshop;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The jobs of one invented miner: they take the time that they say, and some fail. Only for the scheduler's thread. */
final class SimulatedJobs implements Runner {

    private static final Duration SILENT = Duration.ofSeconds(20);
    private static final String[] FAIL_CODES = {"cuda_error", "out_of_memory", "driver_error"};

    /** A job under way. */
    private record UnderWay(Set<Integer> gpus, Instant from, Duration length, boolean fails) {}

    private final Workshop workshop;
    private final LiveMiner miner;
    private final Timing timing;
    private final Chance chance;
    private final Map<String, UnderWay> underWay = new LinkedHashMap<>();

    SimulatedJobs(Workshop workshop, LiveMiner miner, Timing timing, Chance chance) {
        this.workshop = workshop;
        this.miner = miner;
        this.timing = timing;
        this.chance = chance;
    }

    @Override
    public void start(Assignment job) {
        Set<Integer> gpus = new HashSet<>();
        job.gpuUuids().forEach(uuid -> gpus.add(miner.gpus().number(uuid)));
        boolean fails = chance.happens(miner.miner().failureRate(false));
        double seconds = Math.max(1, job.spec().path("simulated_seconds").asDouble(60) - job.progressS());
        Duration length = Duration.ofMillis(Math.round(1_000 * seconds * (fails ? chance.between(10, 90) / 100.0 : 1)));
        timing.after(Duration.ofMillis(chance.between(300, 1_500)), () -> {
            if (workshop.isStopping(job)) {
                return;
            }
            underWay.put(job.jobId(), new UnderWay(gpus, timing.now(), length, fails));
            workshop.started(job);
            timing.after(length, () -> end(job));
        });
    }

    /** While it is silent nobody hears of it. */
    private void end(Assignment job) {
        UnderWay one = underWay.get(job.jobId());
        if (one == null) {
            return;
        }
        if (miner.isSilent(timing.now())) {
            timing.after(SILENT, () -> end(job));
            return;
        }
        underWay.remove(job.jobId());
        if (one.fails()) {
            workshop.failed(job, timing.now(), chance.oneOf(FAIL_CODES), "a simulated failure", null);
        } else {
            workshop.completed(job, timing.now(), 0);
        }
    }

    @Override
    public void stop(Assignment job, String why) {
        timing.after(Duration.ofMillis(chance.between(500, 3_000)), () -> {
            UnderWay one = underWay.remove(job.jobId());
            double ran =
                    one == null ? 0 : Duration.between(one.from(), timing.now()).toMillis() / 1_000.0;
            workshop.stopped(job, timing.now(), job.progressS() + ran);
        });
    }

    /** The GPUs that work now. */
    Set<Integer> busyGpus() {
        Set<Integer> busy = new HashSet<>();
        underWay.values().forEach(one -> busy.addAll(one.gpus()));
        return busy;
    }
}
