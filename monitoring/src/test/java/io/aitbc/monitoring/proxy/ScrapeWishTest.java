package io.aitbc.monitoring.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScrapeWishTest {

    @Test
    void theBudgetLeavesAQuarterOfASecondForTheWayBack() {
        assertThat(ScrapeWish.budget("10")).isEqualTo(Duration.ofMillis(9750));
        assertThat(ScrapeWish.budget("1.5")).isEqualTo(Duration.ofMillis(1250));
        assertThat(ScrapeWish.budget("0.1")).isEqualTo(Duration.ofMillis(50));
        assertThat(ScrapeWish.budget("0")).isEqualTo(Duration.ofMillis(50));
        assertThat(ScrapeWish.budget("999999999")).isEqualTo(Duration.ofMinutes(5));
        assertThat(ScrapeWish.budget(null)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatIsNoNumberOfSecondsIsAsIfItWereNotThere() {
        for (String odd : List.of("", "ten", "-1", "NaN", "1e3", "Infinity", "9".repeat(400), "1\u0000")) {
            assertThat(ScrapeWish.budget(odd)).as(odd).isEqualTo(Duration.ofSeconds(10));
        }
    }

    @Test
    void settingsOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> new ProxySettings(5, 64, ""))
                .hasMessage("EXPORTER_MAX_BYTES must be within 1024..1073741824, was 5");
        assertThatThrownBy(() -> new ProxySettings(5000, 0, ""))
                .hasMessage("EXPORTER_CONCURRENCY must be within 1..150, was 0");
        assertThatThrownBy(() -> new ProxySettings(5000, 64, "server-api:8001"))
                .hasMessage("SERVER_API_URL must begin with http:// or https://.");
    }
}
