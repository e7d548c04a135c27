package io.aitbc.forecasting;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be expected, and how far it can be trusted.
 *
 * @param status whether the figures are worth planning with
 * @param model which model made them; absent with {@link Status#INSUFFICIENT_DATA}
 * @param hours one per hour ahead, in order; empty with {@link Status#INSUFFICIENT_DATA}
 * @param backtest how the procedure did in this series' own past; absent with {@link Status#INSUFFICIENT_DATA}
 */
public record Forecast(
        Status status,
        @Nullable String model,
        List<HourForecast> hours,
        @Nullable Backtest backtest) {

    /** What a forecast is worth. */
    public enum Status {
        /** Better than the best naive forecast, over its own backtest. */
        OK,
        /** Under 24 hours observed, or so few of them late enough that no past forecast can be judged: no figures. */
        INSUFFICIENT_DATA,
        /** No better than the best naive forecast, over its own backtest: the figures are the model's all the same. */
        NO_SKILL
    }

    public Forecast {
        hours = List.copyOf(hours);
        boolean empty = model == null && backtest == null && hours.isEmpty();
        if (empty != (status == Status.INSUFFICIENT_DATA)) {
            throw new IllegalArgumentException("figures belong to every status but INSUFFICIENT_DATA, was " + status);
        }
    }

    static Forecast insufficient() {
        return new Forecast(Status.INSUFFICIENT_DATA, null, List.of(), null);
    }
}
