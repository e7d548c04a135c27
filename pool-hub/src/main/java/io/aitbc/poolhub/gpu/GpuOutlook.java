package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.health.HealthMonitor;
import io.aitbc.gpu.prediction.CriticalLevels;
import io.aitbc.gpu.prediction.HealthPredictor;
import io.aitbc.gpu.prediction.Outlook;
import io.aitbc.gpu.prediction.Trend;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.poolhub.telemetry.SampleRows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What is to be expected of a GPU, from the samples of the last hour: any replica can say. */
@Component
public class GpuOutlook {

    private static final Duration LOOKS_BACK = Duration.ofMinutes(70);
    private static final int MOST_SAMPLES = 5_000;

    /**
     * Where a signal is going.
     *
     * @param ratePerMinute in the signal's unit
     * @param secondsToCritical the likely time; null when it does not get there
     */
    public record Going(
            String signal,
            Trend.Status status,
            double current,
            double ratePerMinute,
            @Nullable Double critical,
            @Nullable Long secondsToCritical,
            @Nullable Long earliestSeconds,
            @Nullable Long latestSeconds,
            double confidence) {

        static Going of(Trend trend) {
            Optional<Trend.Arrival> arrival = trend.timeToCritical();
            return new Going(
                    trend.signal().wireName(),
                    trend.status(),
                    rounded(trend.current()),
                    rounded(trend.ratePerMinute()),
                    Double.isNaN(trend.critical()) ? null : trend.critical(),
                    arrival.map(a -> a.likely().toSeconds()).orElse(null),
                    arrival.map(a -> a.earliest().toSeconds()).orElse(null),
                    arrival.map(a -> a.latest().toSeconds()).orElse(null),
                    rounded(trend.confidence()));
        }
    }

    /**
     * How a GPU is.
     *
     * @param risk 0..1, that it gets critical within half an hour or fails by its memory
     * @param pending rules whose condition holds, but not yet for long enough
     */
    public record Health(
            String gpuUuid,
            double risk,
            String recommendation,
            List<Going> trends,
            List<String> pending,
            Instant asOf) {}

    private final SampleRows samples;
    private final RuleBook rules;
    private final Clock clock;

    GpuOutlook(SampleRows samples, RuleBook rules, Clock clock) {
        this.samples = samples;
        this.rules = rules;
        this.clock = clock;
    }

    Health of(Gpu gpu) {
        Instant now = clock.instant();
        HealthPredictor predictor = new HealthPredictor(CriticalLevels.of(rules.current()));
        HealthMonitor monitor = new HealthMonitor(rules, Duration.ofSeconds(30));
        samples.of(gpu.gpuUuid(), now.minus(LOOKS_BACK), now.plusSeconds(1), MOST_SAMPLES).stream()
                .filter(told -> told.minerId().equals(gpu.minerId()))
                .forEach(told -> {
                    predictor.updateMetrics(told.sample());
                    monitor.accept(told.sample());
                });
        Optional<Outlook> outlook = predictor.outlook(gpu.gpuUuid(), now);
        return new Health(
                gpu.gpuUuid(),
                rounded(outlook.map(Outlook::risk).orElse(0.0)),
                predictor.getMaintenanceRecommendation(gpu.gpuUuid(), now),
                outlook.map(known -> known.trends().stream().map(Going::of).toList())
                        .orElse(List.of()),
                monitor.pending(gpu.gpuUuid()),
                now);
    }

    private static double rounded(double value) {
        return Double.isNaN(value) ? 0 : Math.round(value * 1_000) / 1_000.0;
    }
}
