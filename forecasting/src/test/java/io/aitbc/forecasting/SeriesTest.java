package io.aitbc.forecasting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SeriesTest {

    private static final double NAN = Double.NaN;

    @Test
    void whatIsNotFiniteIsMissingAndNegativeDemandIsNone() {
        Series series = Series.of(1, NAN, Double.POSITIVE_INFINITY, -5);
        assertThat(series.hours()).isEqualTo(4);
        assertThat(series.observed()).isEqualTo(2);
        assertThat(series.toArray()).containsExactly(1, NAN, NAN, 0);
        assertThat(series.between(2, 4).at(1)).isZero();
    }

    @Test
    void aMissingHourIsTheMeanOfTheSameHourBeforeAndAfter() {
        assertThat(Series.of(1, 10, NAN, 20, 5, 30).filled(2)).containsExactly(1, 10, 3, 20, 5, 30);
        assertThat(Series.of(1, 10, 2, NAN).filled(2)).containsExactly(1, 10, 2, 10);
    }

    @Test
    void whereNoDayHasThatHourTheNearestValueStands() {
        assertThat(Series.of(NAN, 4, NAN, NAN).filled(24)).containsExactly(4, 4, 4, 4);
        assertThatThrownBy(() -> Series.of(NAN).filled(24)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void settingsSayWhatIsAllowed() {
        assertThatThrownBy(() -> new Settings(1, 1344, 28)).hasMessage("season must be within 2..168, was 1");
        assertThatThrownBy(() -> new Settings(24, 10, 28))
                .hasMessage("longestHistory must be within 24..100000, was 10");
        assertThatThrownBy(() -> new Settings(24, 1344, 3)).hasMessage("origins must be within 8..200, was 3");
    }

    @Test
    void recordsRefuseWhatCannotBe() {
        assertThatThrownBy(() -> new Interval(2, 1)).hasMessageContaining("2.0..1.0");
        assertThatThrownBy(() -> new Interval(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        Interval one = new Interval(0, 1);
        assertThatThrownBy(() -> new HourForecast(1, 3, 2, 4, 5, one, one)).hasMessageContaining("quantiles must rise");
        assertThatThrownBy(() -> new Forecast(Forecast.Status.OK, null, java.util.List.of(), null))
                .hasMessageContaining("figures belong to every status but INSUFFICIENT_DATA");
    }
}
