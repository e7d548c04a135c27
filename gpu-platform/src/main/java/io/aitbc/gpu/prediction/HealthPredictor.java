package io.aitbc.gpu.prediction;

import io.aitbc.gpu.prediction.Trend.Arrival;
import io.aitbc.gpu.prediction.Trend.Status;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Says which GPUs are about to get critical, from trends over their last half hour. See {@link Forecast} for the method.
 * Safe for use by several threads; samples of one GPU should come from one.
 */
public final class HealthPredictor {

    /** What a risk is about. */
    public static final Duration HORIZON = Duration.ofMinutes(30);

    private static final double PREEMPT = 0.7;
    /** So many corrected errors an hour make a failure as likely as not (a rule of thumb; no public failure series exists). */
    private static final double MANY_CORRECTED = 100;

    private final CriticalLevels levels;
    private final ConcurrentMap<String, GpuHistory> gpus = new ConcurrentHashMap<>();

    public HealthPredictor(CriticalLevels levels) {
        this.levels = levels;
    }

    /** Takes in a sample. One that is not later than the GPU's last changes nothing. */
    public void updateMetrics(GpuSample sample) {
        GpuHistory history = gpus.computeIfAbsent(sample.device().uuid(), uuid -> new GpuHistory(sample.at()));
        synchronized (history) {
            history.add(sample);
        }
    }

    /** What is to be expected of a GPU; empty when nothing is known of it. */
    public Optional<Outlook> outlook(String gpuUuid, Instant at) {
        GpuHistory history = gpus.get(gpuUuid);
        if (history == null) {
            return Optional.empty();
        }
        synchronized (history) {
            List<Trend> trends = new ArrayList<>();
            for (int i = 0; i < GpuHistory.SIGNALS.length; i++) {
                trend(history, i, history.second(at)).ifPresent(trends::add);
            }
            long corrected = history.corrected();
            return Optional.of(new Outlook(
                    gpuUuid, trends, corrected, history.uncorrected(), risk(trends, corrected, history.uncorrected())));
        }
    }

    private Optional<Trend> trend(GpuHistory history, int index, int at) {
        Signal signal = GpuHistory.SIGNALS[index];
        double critical = levels.of(signal, history.model(), history.powerLimit());
        double[] x = new double[Series.BINS + 1];
        double[] y = new double[Series.BINS + 1];
        int latest = history.latest(index, at, x, y);
        if (history.isStale(at) || latest == 0) {
            return Optional.empty();
        }
        double level = y[latest - 1];
        if (level >= critical) {
            return Optional.of(Trend.without(signal, Status.CRITICAL_NOW, level, critical));
        }
        int n = history.points(index, at, x, y);
        Trend trend = Forecast.of(signal, x, y, n, critical);
        return Optional.of(
                Double.isNaN(trend.current()) ? Trend.without(signal, trend.status(), level, critical) : trend);
    }

    /** How likely a GPU gets critical within half an hour, or fails by its memory, 0..1; 0 when nothing is known of it. */
    public double getFailureRisk(String gpuUuid, Instant at) {
        return outlook(gpuUuid, at).map(Outlook::risk).orElse(0.0);
    }

    private static double risk(List<Trend> trends, double correctedPerHour, long uncorrected) {
        double well = 1;
        for (Trend trend : trends) {
            // A board's power is bounded by its own regulation: its trend alone breaks nothing.
            double weight = trend.signal() == Signal.POWER ? 0.5 : 1;
            well *= 1 - weight * 0.97 * trend.criticalSoon();
        }
        well *= Math.pow(2, -correctedPerHour / MANY_CORRECTED);
        well *= uncorrected > 0 ? 0.1 : 1;
        return Math.max(0, Math.min(1, 1 - well));
    }

    /**
     * Whether a job should be moved before its GPU gets critical: the risk is high, and it would not end in time.
     *
     * @param remaining how long the job still runs
     */
    public boolean shouldPreemptJob(String gpuUuid, Instant at, Duration remaining) {
        Optional<Outlook> outlook = outlook(gpuUuid, at);
        if (outlook.isEmpty() || outlook.get().risk() < PREEMPT) {
            return false;
        }
        return outlook.get()
                .first()
                .flatMap(Trend::timeToCritical)
                .map(arrival -> arrival.earliest().compareTo(remaining) < 0)
                .orElse(true);
    }

    /** What to do, in words. */
    public String getMaintenanceRecommendation(String gpuUuid, Instant at) {
        Outlook outlook = outlook(gpuUuid, at).orElse(null);
        if (outlook == null || outlook.trends().isEmpty()) {
            return gpuUuid + ": no telemetry, nothing can be said";
        }
        if (outlook.uncorrected() > 0) {
            return gpuUuid + ": " + outlook.uncorrected()
                    + " uncorrected memory errors in the last hour; take it out of use and reset it";
        }
        Trend first = outlook.first().orElse(null);
        if (first != null) {
            return gpuUuid + ": " + words(first);
        }
        if (outlook.correctedPerHour() >= MANY_CORRECTED / 10) {
            return gpuUuid + ": " + Math.round(outlook.correctedPerHour())
                    + " corrected memory errors in the last hour; plan a memory test";
        }
        return gpuUuid + ": nothing to do";
    }

    private static String words(Trend trend) {
        String unit = trend.signal() == Signal.POWER ? " W" : " °C";
        String what = trend.signal() == Signal.MEMORY_TEMPERATURE ? "memory " : "";
        String now = what + Math.round(trend.current()) + unit;
        Arrival arrival = trend.timeToCritical().orElse(null);
        if (arrival == null) {
            return now + ", at or above its critical " + Math.round(trend.critical()) + unit
                    + "; move its work away now";
        }
        long likely = Math.max(1, Math.round(arrival.likely().toSeconds() / 60.0));
        return String.format(
                Locale.ROOT,
                "%s, %+.1f%s/min, reaches %d%s in about %d min (%d–%d); %s",
                now,
                trend.ratePerMinute(),
                unit,
                Math.round(trend.critical()),
                unit,
                likely,
                arrival.earliest().toMinutes(),
                Math.max(likely, arrival.latest().toMinutes()),
                likely <= 60 ? "plan migration within " + Math.max(1, likely * 3 / 4) + " min" : "look at its cooling");
    }

    /** A GPU is no longer there. */
    public void forget(String gpuUuid) {
        gpus.remove(gpuUuid);
    }
}
