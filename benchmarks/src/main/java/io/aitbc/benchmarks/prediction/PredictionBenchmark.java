package io.aitbc.benchmarks.prediction;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.prediction.CriticalLevels;
import io.aitbc.gpu.prediction.HealthPredictor;
import io.aitbc.gpu.prediction.Outlook;
import io.aitbc.gpu.prediction.Trend;
import io.aitbc.gpu.prediction.Trend.Status;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Asks, every five minutes of every trace, whether the GPU gets critical within 30 minutes. Not asked is where it already is,
 * and where a fault will begin within that time that does not show yet (the truth has moved by less than 2 °C): nobody can
 * know. A last row asks from the very onset.
 */
public final class PredictionBenchmark {

    private static final String UUID = "GPU-trace";
    private static final String MODEL = "NVIDIA A100-SXM4-80GB";
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final int HORIZON = 30 * 60 / Trace.STEP_SECONDS;
    private static final int EVERY = 5 * 60 / Trace.STEP_SECONDS;
    private static final int FIRST = 20 * 60 / Trace.STEP_SECONDS;
    private static final double SHOWS = 2;
    private static final int TEN_MINUTES = 600 / Trace.STEP_SECONDS;
    /** Not below what was tuned on. */
    private static final long HELD_OUT = 1_000_000;

    /** Both ways to predict, by kind of trace. */
    record Result(Map<Trace.Kind, Judge> ours, Map<Trace.Kind, Judge> twoPoints, Judge fromOnset) {

        static Judge all(Map<Trace.Kind, Judge> judges) {
            Judge all = new Judge();
            judges.values().forEach(all::add);
            return all;
        }
    }

    private PredictionBenchmark() {}

    /** Arguments: the first seed (1000000 unless told; tuned was on those from 0), and how many traces (800). */
    public static void main(String[] arguments) {
        long first = arguments.length > 0 ? Long.parseLong(arguments[0]) : HELD_OUT;
        int traces = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 800;
        Result result = run(first, traces);
        System.out.println("Critical within 30 min, " + traces + " traces from seed " + first + ":\n");
        System.out.println(
                "| traces | TP | FP | FN | TN | precision | recall | median error | p90 error | median lead |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        result.ours()
                .forEach((kind, judge) ->
                        System.out.println(judge.row(kind.name().toLowerCase(Locale.ROOT))));
        System.out.println(Result.all(result.ours()).row("**all**"));
        System.out.println(Result.all(result.twoPoints()).row("two-point slope, all"));
        System.out.println(result.fromOnset().row("all, from the very onset"));
    }

    static Result run(long first, int traces) {
        Map<Trace.Kind, Judge> ours = new EnumMap<>(Trace.Kind.class);
        Map<Trace.Kind, Judge> twoPoints = new EnumMap<>(Trace.Kind.class);
        Judge fromOnset = new Judge();
        for (long seed = first; seed < first + traces; seed++) {
            Trace trace = Trace.of(seed);
            Judge mine = ours.computeIfAbsent(trace.kind(), kind -> new Judge());
            Judge theirs = twoPoints.computeIfAbsent(trace.kind(), kind -> new Judge());
            HealthPredictor predictor = new HealthPredictor(CriticalLevels.of(RuleSet.standard()));
            for (int i = 0; i < Trace.STEPS - HORIZON; i++) {
                predictor.updateMetrics(sample(trace, i));
                boolean begins = trace.onset() > i && trace.onset() <= i + HORIZON;
                if (i >= FIRST && i % EVERY == 0 && trace.truth()[i] < Trace.CRITICAL && !begins) {
                    int steps = trace.stepsToCritical(i);
                    double really = steps < 0 || steps > HORIZON ? Double.NaN : minutes(steps);
                    double said = said(predictor, i);
                    fromOnset.judge(really, said);
                    if (trace.onset() > i || trace.truth()[i] - trace.truth()[trace.onset()] >= SHOWS) {
                        mine.judge(really, said);
                        theirs.judge(really, twoPoints(trace, i));
                    }
                }
            }
        }
        return new Result(ours, twoPoints, fromOnset);
    }

    private static GpuSample sample(Trace trace, int i) {
        return GpuSample.of(GpuDevice.of(UUID, MODEL), START.plusSeconds((long) i * Trace.STEP_SECONDS))
                .set(Signal.TEMPERATURE, trace.celsius()[i])
                .set(Signal.POWER, trace.watts()[i])
                .set(Signal.ECC_CORRECTED, trace.corrected()[i])
                .build();
    }

    private static double said(HealthPredictor predictor, int i) {
        Outlook outlook = predictor
                .outlook(UUID, START.plusSeconds((long) i * Trace.STEP_SECONDS))
                .orElseThrow();
        Trend trend = outlook.trends().stream()
                .filter(one -> one.signal() == Signal.TEMPERATURE)
                .findFirst()
                .orElseThrow();
        if (!trend.isCriticalSoon()) {
            return Double.NaN;
        }
        return trend.status() == Status.CRITICAL_NOW
                ? 0
                : trend.timeToCritical()
                        .map(arrival -> arrival.likely().toSeconds() / 60.0)
                        .orElse(30.0);
    }

    /** The line through two values ten minutes apart. */
    private static double twoPoints(Trace trace, int i) {
        double now = trace.celsius()[i];
        double slope = (now - trace.celsius()[i - TEN_MINUTES]) / 10;
        if (now >= Trace.CRITICAL) {
            return 0;
        }
        double minutes = slope <= 0 ? Double.NaN : (Trace.CRITICAL - now) / slope;
        return minutes <= 30 ? minutes : Double.NaN;
    }

    private static double minutes(int steps) {
        return Math.max(steps, 1) * Trace.STEP_SECONDS / 60.0;
    }
}
