package io.aitbc.benchmarks.scheduling;

import io.aitbc.gpu.scheduling.GpuSlot;
import io.aitbc.gpu.scheduling.JobRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What happens on a day, whoever schedules it: jobs come, GPUs get ill, machines turn into black holes. The same seed gives
 * the same day. Times are seconds from its beginning.
 */
record Day(List<GpuSlot> gpus, List<Job> jobs, List<Illness> illnesses, List<Hole> holes) {

    static final int SECONDS = 24 * 3_600;
    private static final int NODES = 125;
    private static final int PER_NODE = 8;
    private static final int ILLNESSES = 40;
    private static final int HOLES = 3;
    private static final int REPAIR = 4 * 3_600;

    /**
     * A job.
     *
     * @param work how long it must run in all
     * @param saves how often it saves what it has done, seconds; 0 for never
     */
    record Job(JobRequest request, int arrival, int work, int saves) {}

    /**
     * A GPU gets ill: jobs on it die from {@code fails} on.
     *
     * @param warns when a forecast could tell; the same as {@code alerts} when nothing does
     * @param alerts when telemetry shows it: before it fails when it gets hot, after it when it falls off the bus
     */
    record Illness(String gpu, int warns, int alerts, int fails, int repaired) {}

    /** A machine on which every job that starts dies within half a minute, though its telemetry is perfect. */
    record Hole(String node, int from, int repaired) {}

    static Day of(long seed, double load) {
        Random random = new Random(seed);
        List<GpuSlot> gpus = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            boolean large = node % 5 < 3;
            for (int gpu = 0; gpu < PER_NODE; gpu++) {
                gpus.add(GpuSlot.healthy(
                                "gpu-" + node + "-" + gpu,
                                "node-" + node,
                                large ? "A100" : "L40S",
                                large ? 81_920 : 46_068)
                        .at(gpu / 4, gpu / 4));
            }
        }
        List<Illness> illnesses = new ArrayList<>();
        for (int i = 0; i < ILLNESSES; i++) {
            String gpu = gpus.get(random.nextInt(gpus.size())).uuid();
            int at = 3_600 + random.nextInt(SECONDS - 3_600);
            boolean heat = random.nextInt(2) == 0;
            illnesses.add(
                    heat
                            ? new Illness(gpu, at, at + 900, at + 1_200 + random.nextInt(600), at + REPAIR)
                            : new Illness(gpu, at + 30, at + 30, at, at + REPAIR));
        }
        List<Hole> holes = new ArrayList<>();
        for (int i = 0; i < HOLES; i++) {
            int at = random.nextInt(SECONDS - REPAIR);
            holes.add(new Hole("node-" + random.nextInt(NODES), at, at + REPAIR));
        }
        return new Day(gpus, jobs(random, load * gpus.size() * SECONDS), illnesses, holes);
    }

    /** So many that they would keep a share of the GPUs busy all day; more come by day than by night. */
    private static List<Job> jobs(Random random, double gpuSeconds) {
        List<Job> jobs = new ArrayList<>();
        double sum = 0;
        while (sum < gpuSeconds) {
            int gpus = size(random);
            int work = (int) Math.max(60, Math.min(12 * 3_600, 2_400 * Math.exp(1.2 * random.nextGaussian())));
            double hour = 24 * random.nextDouble();
            if (random.nextDouble() > 0.65 + 0.35 * Math.sin(Math.PI * (hour - 8) / 12)) {
                continue;
            }
            int kind = random.nextInt(20);
            int priority = kind == 0 ? 90 : kind < 6 ? 30 : 50;
            boolean preemptible = random.nextInt(10) < 6;
            double wrong = Math.exp(0.4 * random.nextGaussian());
            jobs.add(new Job(
                    new JobRequest(
                            "job-" + jobs.size(),
                            "tenant-" + random.nextInt(20),
                            priority,
                            gpus,
                            random.nextInt(3) == 0 ? 60_000 : 20_000,
                            null,
                            Duration.ofSeconds((long) Math.max(60, work * wrong)),
                            preemptible,
                            false,
                            Set.of()),
                    (int) (hour * 3_600),
                    work,
                    random.nextInt(2) == 0 ? 1_800 : 0));
            sum += (double) gpus * work;
        }
        jobs.sort(Comparator.comparingInt(Job::arrival));
        return jobs;
    }

    private static int size(Random random) {
        int chance = random.nextInt(100);
        return chance < 60 ? 1 : chance < 75 ? 2 : chance < 88 ? 4 : 8;
    }
}
