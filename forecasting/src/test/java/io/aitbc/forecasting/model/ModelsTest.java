package io.aitbc.forecasting.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aitbc.forecasting.model.RidgeAutoregression.Base;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Each model against an example that one can follow by hand. */
class ModelsTest {

    private static final Offset<Double> CLOSE = within(1e-6);

    @Test
    void naiveRepeatsTheLastValue() {
        assertThat(Models.naive().forecast(new double[] {1, 7, 3}, 2)).containsExactly(3, 3);
    }

    @Test
    void seasonalNaiveRepeatsTheLastSeason() {
        assertThat(Models.seasonalNaive(3).forecast(new double[] {9, 1, 2, 3}, 5))
                .containsExactly(1, 2, 3, 1, 2);
        assertThat(Models.seasonalNaive(24).forecast(new double[] {1, 2}, 3)).containsExactly(1, 2, 1);
        assertThatThrownBy(() -> Models.seasonalNaive(0)).hasMessage("a season must be at least 1 hour, was 0");
    }

    @Test
    void driftContinuesTheLineFromTheFirstToTheLast() {
        assertThat(new Drift().forecast(new double[] {2, 9, 6}, 2)).containsExactly(8, 10);
        assertThat(new Drift().forecast(new double[] {2}, 1)).containsExactly(2);
    }

    @Test
    void exponentialSmoothingMovesTheLevelByAShareOfTheError() {
        // from 0 with weight 1/2: levels 2, 5, 5.5; one-step errors u = 4, 6, 1; k = 1, 1/2, 1/4
        SimpleExponentialSmoothing.Fit fit = SimpleExponentialSmoothing.at(0.5, new double[] {4, 8, 6});
        double first = (4 + 3 + 0.25) / (1 + 0.25 + 0.0625);
        assertThat(fit.level()).isCloseTo(5.5 + first / 8, CLOSE);
        double squares = Math.pow(4 - first, 2) + Math.pow(6 - first / 2, 2) + Math.pow(1 - first / 4, 2);
        assertThat(fit.squares()).isCloseTo(squares, CLOSE);
    }

    @Test
    void exponentialSmoothingFindsTheWeightThatErrsLeast() {
        double[] walk =
                IntStream.range(0, 100).mapToDouble(i -> i % 20 < 10 ? 5 : 9).toArray();
        SimpleExponentialSmoothing.Fit fit = SimpleExponentialSmoothing.fit(walk);
        assertThat(fit.weight()).isGreaterThan(0.9);
        assertThat(fit.squares())
                .isLessThanOrEqualTo(SimpleExponentialSmoothing.at(0.8, walk).squares());
        double[] noise =
                IntStream.range(0, 100).mapToDouble(i -> i % 2 == 0 ? 5 : 9).toArray();
        assertThat(SimpleExponentialSmoothing.fit(noise).weight()).isLessThan(0.1);
    }

    @Test
    void thetaOfALineContinuesTheLine() {
        double[] line = IntStream.range(0, 50).mapToDouble(i -> 10 + 2 * i).toArray();
        // the curve with theta 2 is the line itself; smoothing it gives its last value, the trend goes on: the mean has
        // half the slope
        double[] ahead = new Theta(24).forecast(line, 2);
        assertThat(ahead[1] - ahead[0]).isCloseTo(1, CLOSE);
        assertThat(ahead[0]).isCloseTo((108 + 110) / 2.0, within(0.01));
    }

    @Test
    void seasonalFactorsAreTheRatioToTheMovingAverage() {
        double[] shape = {0.5, 1, 1.5, 1};
        double[] series =
                IntStream.range(0, 40).mapToDouble(i -> 8 * shape[i % 4]).toArray();
        assertThat(SeasonalFactors.of(series, 4)).containsExactly(shape, CLOSE);
        double[] trend = IntStream.range(0, 11).mapToDouble(i -> i + 1).toArray();
        assertThat(SeasonalFactors.of(trend, 4)).as("too short to tell").containsExactly(1, 1, 1, 1);
    }

    @Test
    void holtWintersFollowsTrendAndSeason() {
        double[] season = {-2, 0, 3, -1};
        double[] series = IntStream.range(0, 60)
                .mapToDouble(i -> 20 + 0.5 * i + season[i % 4])
                .toArray();
        double[] ahead = new HoltWinters(4, false).forecast(series, 4);
        for (int step = 0; step < 4; step++) {
            assertThat(ahead[step]).isCloseTo(20 + 0.5 * (60 + step) + season[step], within(0.3));
        }
        double[] damped = new HoltWinters(4, true).forecast(series, 400);
        assertThat(damped[399] - damped[395]).as("the trend has faded").isLessThan(0.01);
        assertThat(ahead[3]).isGreaterThan(damped[3] - 0.5);
    }

    @Test
    void holtWintersWithoutTwoSeasonsSmooths() {
        double[] few = {5, 5, 5};
        assertThat(new HoltWinters(24, true).forecast(few, 2)).containsExactly(new double[] {5, 5}, CLOSE);
    }

    @Test
    void theProfileKnowsTheWeekAndTheLevelOfYesterday() {
        double[] weeks = IntStream.range(0, 4 * 14)
                .mapToDouble(i -> 100 + (i % 2 == 0 ? 5 : -5) + (i % 14 >= 12 ? -20 : 0))
                .toArray();
        double[] ahead = new Profile(2, 14).forecast(weeks, 14);
        assertThat(ahead[0] - ahead[1]).as("hour of the day").isCloseTo(10, within(0.3));
        assertThat(ahead[0]).as("a working day above the weekend").isGreaterThan(ahead[12] + 14);
        double[] higher = weeks.clone();
        higher[54] += 30;
        higher[55] += 30;
        assertThat(new Profile(2, 14).forecast(higher, 1)[0]).isGreaterThan(ahead[0] + 20);
    }

    @Test
    void ridgeSolvesItsNormalEquations() {
        // [[2,1],[1,3]] x = [3,5] has x = [0.8, 1.4]
        double[][] lower = {{2, 0}, {1, 3}};
        assertThat(Cholesky.solve(lower, new double[] {3, 5})).containsExactly(new double[] {0.8, 1.4}, CLOSE);
    }

    @Test
    void anAutoregressionFindsTheRecursionThatMadeTheSeries() {
        double[] series = new double[400];
        series[0] = 1;
        series[1] = 0.5;
        for (int i = 2; i < 400; i++) {
            series[i] = 3 + 1.6 * series[i - 1] - series[i - 2] + 1e-3 * ((i * 37) % 11);
        }
        Model model = ridge(new int[] {1, 2}, Base.MEAN, 1e-9, false);
        double[] ahead = model.forecast(java.util.Arrays.copyOf(series, 390), 10);
        for (int step = 0; step < 10; step++) {
            assertThat(ahead[step]).isCloseTo(series[390 + step], within(0.1));
        }
    }

    @Test
    void withAHeavyPenaltyOnlyTheBaseIsLeft() {
        double[] series = IntStream.range(0, 24 * 21)
                .mapToDouble(i -> 50 + (i * 31) % 24 + (i * 17) % 7)
                .toArray();
        double[] yesterday = Models.seasonalNaive(24).forecast(series, 48);
        double[] held = ridge(new int[] {1, 2, 24}, Base.DAY_AGO, 1e12, false).forecast(series, 48);
        double step = held[0] - yesterday[0];
        assertThat(step).as("the mean difference of two days").isBetween(-0.1, 0.1);
        assertThat(held)
                .containsExactly(
                        IntStream.range(0, 48)
                                .mapToDouble(i -> yesterday[i] + step * (1 + i / 24))
                                .toArray(),
                        within(1e-3));
    }

    @Test
    void aRobustRegressionIgnoresSpikes() {
        double[] series = IntStream.range(0, 500).mapToDouble(i -> 10 + i % 24).toArray();
        double[] spiked = series.clone();
        for (int i = 40; i < 460; i += 61) {
            spiked[i] = 500;
        }
        double[] wanted = Models.seasonalNaive(24).forecast(series, 24);
        Model plain = ridge(new int[] {1, 24}, Base.MEAN, 1, false);
        Model robust = ridge(new int[] {1, 24}, Base.MEAN, 1, true);
        assertThat(error(robust.forecast(spiked, 24), wanted))
                .isLessThan(0.8 * error(plain.forecast(spiked, 24), wanted));
    }

    @Test
    void aRecursionNeverExplodes() {
        double[] growing =
                IntStream.range(0, 200).mapToDouble(i -> Math.pow(1.2, i)).toArray();
        double ceiling = growing[199] * 1.31;
        for (Model model : Models.regressions(24)) {
            for (double value : model.forecast(growing, 1000)) {
                assertThat(value).as(model.name()).isFinite().isLessThan(Math.pow(ceiling, 1.4));
            }
        }
    }

    @Test
    void aMedianIsTakenHourByHour() {
        assertThat(Models.median(List.of(new double[] {1, 9}, new double[] {2, 8}, new double[] {50, -3})))
                .containsExactly(2, 8);
        assertThat(Models.median(List.of(new double[] {1}, new double[] {4}))).containsExactly(2.5);
        Model median = new MedianCombination("m", List.of(Models.naive(), Models.seasonalNaive(2), new Drift()));
        assertThat(median.forecast(new double[] {1, 5, 3}, 1)).containsExactly(4);
        assertThatThrownBy(() -> new MedianCombination("m", List.of())).hasMessageContaining("at least one model");
    }

    @Test
    void lagsAreHoursAndTheirNeighboursOnEarlierDays() {
        assertThat(Models.lags(24, 2, new int[] {1}, new int[] {2, 7})).containsExactly(1, 2, 23, 24, 25, 48, 168);
    }

    @Test
    void gapsInPatternsAreSharedWithTheHourOfTheDay() {
        double[] flat = {1, 1, 1, 1};
        assertThat(WeekPattern.of(flat, 2, 2)).containsExactly(new double[] {0, 0}, CLOSE);
        // deviations from a moving average of two: inside, each value against itself and the one before
        assertThat(WeekPattern.of(new double[] {0, 2, 0, 2, 0, 2, 0, 2}, 2, 2)[1])
                .isCloseTo(1, CLOSE);
    }

    private static Model ridge(int[] lags, Base base, double penalty, boolean robust) {
        return new RidgeAutoregression("r", 24, 168, lags, Scaling.PLAIN, base, penalty, robust);
    }

    private static double error(double[] said, double[] wanted) {
        return IntStream.range(0, said.length)
                .mapToDouble(i -> Math.abs(said[i] - wanted[i]))
                .sum();
    }
}
