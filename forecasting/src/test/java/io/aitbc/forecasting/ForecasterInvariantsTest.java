package io.aitbc.forecasting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aitbc.forecasting.Forecast.Status;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for any series. */
class ForecasterInvariantsTest {

    private static final Settings QUICK = new Settings(24, 400, 8);

    @Property(tries = 150)
    void anySeriesGivesQuantilesThatRiseFromZeroOrNoFiguresAtAll(
            @ForAll("anything") double[] values, @ForAll @IntRange(min = 1, max = 60) int horizon) {
        Series series = Series.of(values);
        Forecast forecast = Forecaster.forecast(series, horizon, QUICK);
        if (series.observed() < 24) {
            assertThat(forecast.status()).isEqualTo(Status.INSUFFICIENT_DATA);
        }
        assertThat(forecast.hours()).hasSize(forecast.status() == Status.INSUFFICIENT_DATA ? 0 : horizon);
        for (HourForecast hour : forecast.hours()) {
            assertThat(new double[] {
                        0,
                        hour.central95().low(),
                        hour.p10(),
                        hour.p50(),
                        hour.p80(),
                        hour.central80().high(),
                        hour.p95(),
                        hour.central95().high(),
                        Double.MAX_VALUE
                    })
                    .isSorted();
        }
        Backtest backtest = forecast.backtest();
        if (backtest != null) {
            assertThat(backtest.smape()).isBetween(0.0, 200.0);
            for (Double share : Arrays.asList(backtest.coverage80Achieved(), backtest.coverage95Achieved())) {
                if (share != null) {
                    assertThat(share).isBetween(0.0, 1.0);
                }
            }
        }
    }

    @Property(tries = 15)
    void theSameSeriesGivesTheSameForecast(@ForAll("anything") double[] values) {
        assertThat(Forecaster.forecast(Series.of(values), 24, QUICK))
                .isEqualTo(Forecaster.forecast(Series.of(values.clone()), 24, QUICK));
    }

    @Property(tries = 15)
    void theUnitOfTheSeriesDoesNotMatter(
            @ForAll @IntRange(min = 0, max = 1000) int seed, @ForAll @IntRange(min = -30, max = 30) int exponent) {
        double[] demand = ForecasterTest.demand(400, seed);
        double factor = Math.scalb(1.0, exponent);
        Forecast one = Forecaster.forecast(Series.of(demand), 24, QUICK);
        Forecast other = Forecaster.forecast(
                Series.of(Arrays.stream(demand).map(value -> value * factor).toArray()), 24, QUICK);
        assertThat(other.model()).isEqualTo(one.model());
        for (int step = 0; step < 24; step++) {
            assertThat(other.hours().get(step).p50())
                    .isEqualTo(factor * one.hours().get(step).p50());
            assertThat(other.hours().get(step).p95())
                    .isEqualTo(factor * one.hours().get(step).p95());
        }
    }

    @Property(tries = 20)
    void linearModelsMoveWithTheLevel(
            @ForAll @IntRange(min = 0, max = 1000) int seed, @ForAll @IntRange(min = 1, max = 500) int shift) {
        double[] demand = ForecasterTest.demand(400, seed);
        double[] shifted = Arrays.stream(demand).map(value -> value + shift).toArray();
        for (var model : io.aitbc.forecasting.model.Models.naives(24)) {
            assertShifted(model.forecast(demand, 24), model.forecast(shifted, 24), shift);
        }
        var classics = io.aitbc.forecasting.model.Models.classics(24);
        for (var model : classics.subList(0, 1)) {
            assertShifted(model.forecast(demand, 24), model.forecast(shifted, 24), shift);
        }
        var profile = classics.get(5);
        assertThat(profile.name()).isEqualTo("level and weekly profile");
        assertShifted(profile.forecast(demand, 24), profile.forecast(shifted, 24), shift);
    }

    private static void assertShifted(double[] one, double[] other, double shift) {
        for (int step = 0; step < one.length; step++) {
            assertThat(other[step]).isCloseTo(one[step] + shift, within(1e-6));
        }
    }

    @Provide
    Arbitrary<double[]> anything() {
        Arbitrary<Double> ordinary = Arbitraries.doubles().between(0, 1000);
        Arbitrary<Double> counts = Arbitraries.integers().between(0, 3).map(Integer::doubleValue);
        Arbitrary<Double> wild = Arbitraries.oneOf(
                Arbitraries.doubles(),
                Arbitraries.of(
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        0.0,
                        -1.0,
                        Double.MAX_VALUE,
                        Double.MIN_VALUE,
                        1e300,
                        1e-300));
        Arbitrary<Double> gappy = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, ordinary), net.jqwik.api.Tuple.of(1, Arbitraries.just(Double.NaN)));
        return Arbitraries.oneOf(
                series(ordinary), series(counts), series(wild), series(gappy), series(Arbitraries.just(7.0)));
    }

    private static Arbitrary<double[]> series(Arbitrary<Double> values) {
        return values.array(double[].class).ofMinSize(0).ofMaxSize(450);
    }
}
