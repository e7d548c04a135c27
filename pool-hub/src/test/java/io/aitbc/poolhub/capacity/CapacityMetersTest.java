package io.aitbc.poolhub.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What Prometheus sees of the forecast. */
class CapacityMetersTest extends CapacityHub {

    @Autowired
    CapacityMeters meters;

    @Test
    void theBandOfTheNextHourAndOfTheSameHourTomorrowIsShownWithWhatItAchieved() {
        past(500, hour -> 30 + hour % 24, 96);
        meters.lookAhead();
        List<String> band = series("poolhub_capacity_forecast_slots{");
        assertThat(band).hasSize(8);
        for (String ahead : List.of("1", "24")) {
            double low = value(band, ahead, "p10");
            double middle = value(band, ahead, "p50");
            double high = value(band, ahead, "p95");
            assertThat(middle).isBetween(low, high).isBetween(25.0, 60.0);
            assertThat(value(band, ahead, "p80")).isBetween(middle, high);
        }
        assertThat(series("poolhub_capacity_forecast_coverage_ratio "))
                .singleElement()
                .satisfies(line -> assertThat(Double.parseDouble(line.replaceFirst(".* ", "")))
                        .isBetween(0.0, 1.0));
    }

    @Test
    void aFigureThatIsNotKnownIsAbsent() {
        past(500, hour -> 30, 96);
        meters.lookAhead();
        assertThat(series("poolhub_capacity_forecast_slots{")).isNotEmpty();
        jdbc.sql("TRUNCATE capacity_hours").update();
        meters.lookAhead();
        assertThat(series("poolhub_capacity_forecast")).isEmpty();
    }

    private List<String> series(String beginning) {
        return get("/actuator/prometheus", VIEWER)
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith(beginning))
                .toList();
    }

    private static double value(List<String> band, String ahead, String quantile) {
        return band.stream()
                .filter(line -> line.contains("{hours_ahead=\"" + ahead + "\",quantile=\"" + quantile + "\"}"))
                .mapToDouble(line -> Double.parseDouble(line.replaceFirst(".* ", "")))
                .findFirst()
                .orElseThrow();
    }
}
