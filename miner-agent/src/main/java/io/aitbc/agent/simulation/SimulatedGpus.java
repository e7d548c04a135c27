package io.aitbc.agent.simulation;

import io.aitbc.agent.gpu.GpuReport;
import io.aitbc.agent.gpu.Order;
import io.aitbc.agent.gpu.Order.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The GPUs of one invented miner, with the troubles that its number brings: within minutes of the start a user sees one GPU
 * run hot and be throttled, memory errors, XIDs and silence. They come again every {@link #ROUND}. Only for the scheduler's
 * thread.
 */
final class SimulatedGpus {

    /** Troubles come back after so long; cooling is repaired then. */
    static final Duration ROUND = Duration.ofHours(2);

    private static final Duration SILENCE = Duration.ofMinutes(7);

    private final List<SimulatedGpu> gpus = new ArrayList<>();
    private final int number;
    private final Instant start;
    private Instant told;

    SimulatedGpus(long seed, SimulatedMiner miner, Instant start) {
        for (int index = 0; index < miner.gpuCount(); index++) {
            gpus.add(new SimulatedGpu(seed, miner, index, start));
        }
        this.number = miner.number();
        this.start = start;
        this.told = start;
    }

    /** What they say now; nothing while their telemetry is silent. Those of these numbers do the work. */
    List<Map<String, Object>> reports(Instant now, Set<Integer> busy) {
        Duration since = Duration.between(start, now);
        long round = since.toSeconds() % ROUND.toSeconds();
        Trouble trouble = Trouble.of(number);
        List<Map<String, Object>> reports = new ArrayList<>();
        for (int i = 0; i < gpus.size(); i++) {
            SimulatedGpu gpu = gpus.get(i);
            boolean ill = i == 0;
            if (ill) {
                gpu.cooling(trouble == Trouble.HEAT ? cooling(round) : 1);
            }
            double load = busy.contains(i) || (ill && trouble == Trouble.HEAT) ? 1 : 0;
            gpu.live(now, load);
            if (ill && begins(trouble, now)) {
                gpu.correctedErrors(trouble == Trouble.CORRECTED_ERRORS ? 14 : 0);
                gpu.uncorrectedErrors(trouble == Trouble.UNCORRECTED_ERROR ? 1 : 0);
            }
            boolean full = ill && trouble == Trouble.FULL_MEMORY && round > 60 && round < 900;
            Map<String, Object> report = GpuReport.of(gpu.sample(load, full));
            if (ill && trouble.xid > 0 && begins(trouble, now)) {
                report.put("xids", List.of(Map.of("xid", trouble.xid, "at", now)));
            }
            reports.add(report);
        }
        told = now;
        boolean silent = trouble == Trouble.SILENCE
                && round >= trouble.after.toSeconds()
                && round < trouble.after.plus(SILENCE).toSeconds();
        return silent ? List.of() : reports;
    }

    /** Whether a trouble's moment lies between what was told last and now. */
    private boolean begins(Trouble trouble, Instant now) {
        long before = Duration.between(start, told).minus(trouble.after).toMillis();
        long after = Duration.between(start, now).minus(trouble.after).toMillis();
        return after >= 0 && Math.floorDiv(before, ROUND.toMillis()) != Math.floorDiv(after, ROUND.toMillis());
    }

    /** Clogs over ten minutes, and is cleaned after an hour. */
    private static double cooling(long second) {
        double clogged = Math.min(1, Math.max(0, (second - 60) / 600.0));
        return second > 3_600 ? 1 : 1 + 0.8 * clogged;
    }

    /** The number of a GPU that the hub calls so. */
    int number(String uuid) {
        for (int i = 0; i < gpus.size(); i++) {
            if (gpus.get(i).uuid().equals(uuid) || uuid.endsWith("/gpu-" + i)) {
                return i;
            }
        }
        return 0;
    }

    Result obey(Order order) {
        if (!order.type().equals("throttle") && !order.type().equals("unthrottle")) {
            return Result.refused("a simulated miner does not know how to " + order.type());
        }
        for (SimulatedGpu gpu : gpus) {
            if (gpu.uuid().equals(order.gpuUuid())) {
                if (order.type().equals("unthrottle")) {
                    gpu.unlimited();
                } else if (order.powerLimitWatts() == null) {
                    return Result.refused("power_limit_watts is missing");
                } else {
                    gpu.limit(order.powerLimitWatts());
                }
                return Result.done();
            }
        }
        return Result.refused("there is no GPU " + order.gpuUuid() + " here");
    }

    /** What is wrong with a miner's first GPU. */
    enum Trouble {
        NONE(0, 0),
        HEAT(60, 0),
        CORRECTED_ERRORS(120, 0),
        UNCORRECTED_ERROR(240, 0),
        APPLICATION_XID(150, 31),
        HARDWARE_XID(300, 79),
        SILENCE(240, 0),
        FULL_MEMORY(60, 0);

        private final Duration after;
        private final int xid;

        Trouble(int afterSeconds, int xid) {
            this.after = Duration.ofSeconds(afterSeconds);
            this.xid = xid;
        }

        static Trouble of(int number) {
            return switch (number) {
                case 3 -> HEAT;
                case 5 -> CORRECTED_ERRORS;
                case 7 -> UNCORRECTED_ERROR;
                case 10 -> APPLICATION_XID;
                case 12 -> HARDWARE_XID;
                case 13 -> SILENCE;
                case 15 -> FULL_MEMORY;
                default -> NONE;
            };
        }
    }
}
