package io.aitbc.forecasting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aitbc.forecasting.Forecast.Status;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForecasterTest {

    private static final Settings HOURLY = Settings.hourly();

    @Test
    void under24ObservedHoursThereAreNoFigures() {
        double[] many = new double[500];
        Arrays.fill(many, Double.NaN);
        Arrays.fill(many, 0, 23, 5);
        for (Series series : new Series[] {Series.of(), Series.of(demand(23, 1)), Series.of(many)}) {
            Forecast forecast = Forecaster.forecast(series, 24, HOURLY);
            assertThat(forecast.status()).isEqualTo(Status.INSUFFICIENT_DATA);
            assertThat(forecast.hours()).isEmpty();
            assertThat(forecast.model()).isNull();
            assertThat(forecast.backtest()).isNull();
        }
    }

    @Test
    void from24ObservedHoursOnThereAre() {
        Forecast forecast = Forecaster.forecast(Series.of(demand(24, 1)), 168, HOURLY);
        assertThat(forecast.status()).isNotEqualTo(Status.INSUFFICIENT_DATA);
        assertThat(forecast.hours()).hasSize(168);
        assertThat(backtest(forecast).origins()).isPositive();
    }

    @Test
    void aPastThatCannotBeTestedAgainstIsInsufficient() {
        double[] silent = new double[600];
        Arrays.fill(silent, Double.NaN);
        Arrays.fill(silent, 0, 30, 5);
        assertThat(Forecaster.forecast(Series.of(silent), 24, HOURLY).status()).isEqualTo(Status.INSUFFICIENT_DATA);
    }

    @Test
    void dailyDemandIsForecastBetterThanAnyNaiveWay() {
        double[] all = demand(28 * 24 + 48, 7, 1);
        Forecast forecast = Forecaster.forecast(Series.of(Arrays.copyOf(all, 28 * 24)), 48, HOURLY);
        assertThat(forecast.status()).isEqualTo(Status.OK);
        Backtest backtest = backtest(forecast);
        assertThat(backtest.origins()).isEqualTo(14);
        assertThat(Objects.requireNonNull(backtest.skillVsBestNaive())).isBetween(0.0, 1.0);
        assertThat(Objects.requireNonNull(backtest.mase())).isBetween(0.3, 1.0);
        assertThat(Objects.requireNonNull(backtest.coverage80Achieved())).isBetween(0.7, 0.95);
        double error = 0;
        double yesterday = 0;
        for (HourForecast hour : forecast.hours()) {
            double came = all[28 * 24 - 1 + hour.hour()];
            error += Math.abs(came - hour.p50());
            yesterday += Math.abs(came - all[27 * 24 + (hour.hour() - 1) % 24]);
        }
        assertThat(error).isLessThan(0.9 * yesterday);
    }

    @Test
    void aRandomWalkHasNoSkillAndSaysSo() {
        int unskilled = 0;
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            double[] walk = new double[672];
            walk[0] = 1000;
            for (int i = 1; i < walk.length; i++) {
                walk[i] = Math.max(0, walk[i - 1] + random.nextGaussian());
            }
            Forecast forecast = Forecaster.forecast(Series.of(walk), 24, HOURLY);
            double skill = Objects.requireNonNull(backtest(forecast).skillVsBestNaive());
            assertThat(forecast.status()).isEqualTo(skill > 0 ? Status.OK : Status.NO_SKILL);
            unskilled += skill > 0 ? 0 : 1;
        }
        assertThat(unskilled).isGreaterThanOrEqualTo(8);
    }

    @Test
    void aConstantSeriesIsForecastExactlyWithoutSkillOrScale() {
        double[] constant = new double[400];
        Arrays.fill(constant, 12);
        Forecast forecast = Forecaster.forecast(Series.of(constant), 24, HOURLY);
        assertThat(forecast.status()).isEqualTo(Status.NO_SKILL);
        assertThat(forecast.hours()).allSatisfy(hour -> {
            assertThat(hour.p10()).isCloseTo(12, within(1e-6));
            assertThat(hour.p95()).isCloseTo(12, within(1e-6));
        });
        assertThat(backtest(forecast).mase()).isNull();
        assertThat(backtest(forecast).smape()).isCloseTo(0, within(1e-6));
    }

    @Test
    void noDemandStaysNoDemand() {
        Forecast forecast = Forecaster.forecast(Series.of(new double[200]), 24, HOURLY);
        assertThat(forecast.hours())
                .hasSize(24)
                .allSatisfy(hour -> assertThat(hour.p95()).isCloseTo(0, within(1e-9)));
    }

    @Test
    void missingHoursHardlyMoveTheForecast() {
        double[] whole = demand(672, 3);
        double[] gappy = whole.clone();
        Random random = new Random(5);
        for (int i = 0; i < gappy.length; i++) {
            gappy[i] = random.nextInt(10) == 0 ? Double.NaN : gappy[i];
        }
        Arrays.fill(gappy, 300, 330, Double.NaN);
        double[] left = p50(Forecaster.forecast(Series.of(whole), 24, HOURLY));
        double[] right = p50(Forecaster.forecast(Series.of(gappy), 24, HOURLY));
        for (int step = 0; step < 24; step++) {
            assertThat(right[step]).isCloseTo(left[step], within(0.15 * left[step]));
        }
    }

    @Test
    void afterALevelShiftTheForecastFollows() {
        double[] shifted = demand(672, 9);
        for (int i = 400; i < 672; i++) {
            shifted[i] *= 3;
        }
        double recent = Arrays.stream(shifted, 504, 672).average().orElseThrow();
        double mean = Arrays.stream(p50(Forecaster.forecast(Series.of(shifted), 24, HOURLY)))
                .average()
                .orElseThrow();
        assertThat(mean).isBetween(0.8 * recent, 1.2 * recent);
    }

    @Test
    void onlyTheLongestHistoryIsLookedAt() {
        double[] old = demand(2000, 4);
        double[] same = old.clone();
        Arrays.fill(same, 0, 600, 1e6);
        Settings capped = new Settings(24, 1000, 42);
        assertThat(Forecaster.forecast(Series.of(same), 24, capped))
                .isEqualTo(Forecaster.forecast(Series.of(old), 24, capped));
    }

    @Test
    void theChoiceAtAnOriginKnowsNothingOfWhatCame() {
        double[] values = demand(672, 2);
        double[] other = values.clone();
        for (int i = 600; i < 672; i++) {
            other[i] = 5 * values[i];
        }
        Rolling rolling = new Rolling(values, HOURLY, 24);
        Rolling changed = new Rolling(other, HOURLY, 24);
        int origin = IntStream.range(0, rolling.origins().length)
                .filter(k -> rolling.origins()[k] <= 600)
                .max()
                .orElseThrow();
        assertThat(origin).isGreaterThan(5);
        assertThat(changed.chosen()[origin]).containsExactly(rolling.chosen()[origin]);
        assertThat(changed.chosen()[rolling.origins().length - 1])
                .isNotEqualTo(rolling.chosen()[rolling.origins().length - 1]);
    }

    @Test
    void originsAreADayApartWhereThereIsRoom() {
        assertThat(Rolling.origins(672, HOURLY, 168))
                .hasSize(15)
                .startsWith(336, 360)
                .endsWith(648, 672);
        assertThat(Rolling.origins(24, HOURLY, 168)).startsWith(12, 13).endsWith(24);
        assertThat(Rolling.origins(672, HOURLY, 6))
                .hasSize(43)
                .startsWith(420, 426)
                .endsWith(672);
        assertThat(Rolling.origins(5000, HOURLY, 24)).hasSize(43);
    }

    @Test
    void theHorizonIsChecked() {
        assertThatThrownBy(() -> Forecaster.forecast(Series.of(), 0, HOURLY))
                .hasMessage("horizon must be within 1..1000, was 0");
    }

    /** Days with weekends, and noise that lasts. */
    static double[] demand(int hours, int seed) {
        return demand(hours, seed, 0.8);
    }

    private static double[] demand(int hours, int seed, double weekendShare) {
        Random random = new Random(seed);
        double noise = 0;
        double[] demand = new double[hours];
        for (int i = 0; i < hours; i++) {
            noise = 0.8 * noise + 6 * random.nextGaussian();
            double weekend = i / 24 % 7 >= 5 ? weekendShare : 1;
            demand[i] = Math.max(0, weekend * (200 + 60 * Math.sin(2 * Math.PI * (i % 24) / 24)) + noise);
        }
        return demand;
    }

    private static double[] p50(Forecast forecast) {
        return forecast.hours().stream().mapToDouble(HourForecast::p50).toArray();
    }

    private static Backtest backtest(Forecast forecast) {
        return Objects.requireNonNull(forecast.backtest());
    }
}
