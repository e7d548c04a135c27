package io.aitbc.capacity;

import io.aitbc.forecasting.Backtest;
import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.HourForecast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Demand ahead, as both services answer it. A figure that was not computed is null, and {@code status} says why.
 *
 * @param currentCapacity slots that can work now; null when no pool has said for a day
 * @param capacityAt when the pools last said so: the oldest of their last words
 * @param projectedCapacity demand expected in the last hour of the horizon (p50), slots, rounded up
 * @param recommendedScaling change of capacity that the recommendations come to, whatever hours are asked for, such as {@code +50%}
 * @param confidence share of hours that the central 80 % interval held in the model's own backtest, 0..1
 * @param source {@code coordinator_api} or {@code pool_hub}: who computed it
 * @param status {@code OK}, {@code INSUFFICIENT_DATA} or {@code NO_SKILL}
 * @param historyThrough the end of the last hour that was looked at
 * @param historyLast the end of the last hour that was observed; the epoch where none was
 * @param historyHours hours observed of those that were looked at
 */
public record CapacityForecast(
        int forecastHorizonHours,
        @Nullable Integer currentCapacity,
        @Nullable Instant capacityAt,
        @Nullable Integer projectedCapacity,
        @Nullable String recommendedScaling,
        @Nullable Double confidence,
        String source,
        Forecast.Status status,
        String statusReason,
        @Nullable String poolId,
        @Nullable String gpuClass,
        @Nullable String model,
        Instant historyThrough,
        Instant historyLast,
        int historyHours,
        List<Quantiles> quantiles,
        @Nullable Tested backtest) {

    /** Demand in one hour ahead, slots; stays below p80 with a chance of 80 %, and so on. */
    public record Quantiles(int hour, Instant at, double p10, double p50, double p80, double p95) {}

    /** What the model achieved in the past of the same series. */
    public record Tested(
            int origins,
            @Nullable Double mase,
            double smape,
            @Nullable Double skillVsBestNaive,
            @Nullable Double coverage80Achieved,
            @Nullable Double coverage95Achieved) {}

    static CapacityForecast of(
            Scope scope,
            int horizon,
            HourlyDemand demand,
            Forecast forecast,
            @Nullable ClassState standing,
            @Nullable Instant saidAt,
            @Nullable String scaling,
            String source) {
        List<HourForecast> hours = forecast.hours();
        Backtest backtest = forecast.backtest();
        int observed = demand.series().observed();
        return new CapacityForecast(
                horizon,
                standing == null ? null : (int) Math.floor(standing.capacity()),
                standing == null ? null : saidAt,
                hours.isEmpty() ? null : slots(hours.get(hours.size() - 1).p50()),
                scaling,
                backtest == null ? null : backtest.coverage80Achieved(),
                source,
                forecast.status(),
                reason(forecast, observed),
                scope.poolId(),
                scope.gpuClass(),
                forecast.model(),
                demand.through(),
                demand.lastObserved(),
                observed,
                hours.stream()
                        .map(hour -> new Quantiles(
                                hour.hour(),
                                demand.through().plus(Duration.ofHours(hour.hour() - 1L)),
                                hour.p10(),
                                hour.p50(),
                                hour.p80(),
                                hour.p95()))
                        .toList(),
                backtest == null ? null : tested(backtest));
    }

    /** The same, by somebody else's name. */
    public CapacityForecast from(String newSource) {
        return named(newSource, poolId);
    }

    /** The same, of a pool by the name that it has outside. */
    public CapacityForecast of(String newPoolId) {
        return named(source, newPoolId);
    }

    private CapacityForecast named(String newSource, @Nullable String newPoolId) {
        return new CapacityForecast(
                forecastHorizonHours,
                currentCapacity,
                capacityAt,
                projectedCapacity,
                recommendedScaling,
                confidence,
                newSource,
                status,
                statusReason,
                newPoolId,
                gpuClass,
                model,
                historyThrough,
                historyLast,
                historyHours,
                quantiles,
                backtest);
    }

    private static Tested tested(Backtest backtest) {
        return new Tested(
                backtest.origins(),
                backtest.mase(),
                backtest.smape(),
                backtest.skillVsBestNaive(),
                backtest.coverage80Achieved(),
                backtest.coverage95Achieved());
    }

    private static String reason(Forecast forecast, int observed) {
        return switch (forecast.status()) {
            case OK -> "The model did better than every naive forecast over its own past.";
            case NO_SKILL -> "Over its own past the model did no better than the best naive forecast.";
            case INSUFFICIENT_DATA ->
                "There are " + observed + " observed hours; figures need at least "
                        + io.aitbc.forecasting.Settings.LEAST_HISTORY
                        + ", some of them late enough to judge a forecast by.";
        };
    }

    private static int slots(double demand) {
        return (int) Math.min(Integer.MAX_VALUE, Math.ceil(demand - 1e-9));
    }
}
