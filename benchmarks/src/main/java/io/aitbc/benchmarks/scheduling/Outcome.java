package io.aitbc.benchmarks.scheduling;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came of a day. */
final class Outcome {

    private final List<Integer> waits = new ArrayList<>();
    private final List<Integer> urgentWaits = new ArrayList<>();
    private final List<Integer> delays = new ArrayList<>();
    private final List<Integer> gangDelays = new ArrayList<>();
    private long busy;
    private long lost;
    private int completed;
    private int died;
    private int moved;
    private final long capacity;

    Outcome(int gpus) {
        this.capacity = (long) gpus * Day.SECONDS;
    }

    void waited(Day.Job job, int seconds) {
        waits.add(seconds);
        if (job.request().priority() >= 90) {
            urgentWaits.add(seconds);
        }
    }

    /** From coming to its end (or the day's), less the work that it did: waiting, and work done again. */
    void delayed(Day.Job job, int seconds) {
        delays.add(seconds);
        if (job.request().gpus() == 8) {
            gangDelays.add(seconds);
        }
    }

    /** GPUs were in use; what of it was not saved is lost. */
    void ran(long gpuSeconds, long lostGpuSeconds) {
        busy += gpuSeconds;
        lost += lostGpuSeconds;
    }

    void completed() {
        completed++;
    }

    void died() {
        died++;
    }

    void moved() {
        moved++;
    }

    double useful() {
        return (double) (busy - lost) / capacity;
    }

    double lostHours() {
        return lost / 3_600.0;
    }

    double meanWaitMinutes() {
        return mean(waits);
    }

    static String header() {
        return "| scheduler | GPUs busy | GPUs doing useful work | lost GPU-hours | jobs completed | attempts that died | jobs"
                + " moved | mean wait | p95 wait | mean wait, urgent | mean delay | mean delay, 8 GPUs |\n"
                + "|---|---|---|---|---|---|---|---|---|---|---|---|";
    }

    String row(String name) {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f %% | %.1f %% | %.0f | %d | %d | %d | %.1f min | %.0f min | %.1f min | %.1f min | %.1f min |",
                name,
                100.0 * busy / capacity,
                100 * useful(),
                lostHours(),
                completed,
                died,
                moved,
                mean(waits),
                p95(waits),
                mean(urgentWaits),
                mean(delays),
                mean(gangDelays));
    }

    private static double mean(List<Integer> seconds) {
        return seconds.stream().mapToInt(Integer::intValue).average().orElse(0) / 60;
    }

    private static double p95(List<Integer> seconds) {
        List<Integer> sorted = seconds.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) (0.95 * (sorted.size() - 1))) / 60.0;
    }
}
