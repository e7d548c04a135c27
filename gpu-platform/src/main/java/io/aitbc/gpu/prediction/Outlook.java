package io.aitbc.gpu.prediction;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is to be expected of a GPU.
 *
 * @param trends of the signals that it gives
 * @param correctedPerHour new corrected memory errors per hour, over the last hour
 * @param uncorrected new uncorrected memory errors in the last hour
 * @param risk 0..1, that it gets critical within half an hour or fails by its memory
 */
public record Outlook(String gpuUuid, List<Trend> trends, double correctedPerHour, long uncorrected, double risk) {

    public Outlook {
        trends = List.copyOf(trends);
    }

    /** The trend that gets critical first; empty when none does. */
    public Optional<Trend> first() {
        return trends.stream()
                .filter(trend -> trend.status() == Trend.Status.CRITICAL_NOW
                        || trend.timeToCritical().isPresent())
                .min(Comparator.comparing(trend ->
                        trend.timeToCritical().map(Trend.Arrival::likely).orElse(Duration.ZERO)));
    }
}
