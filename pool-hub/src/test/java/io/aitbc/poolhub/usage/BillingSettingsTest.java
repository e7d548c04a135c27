package io.aitbc.poolhub.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A setting that cannot work is named at the start. */
class BillingSettingsTest {

    @Test
    void aQuarterOfAnHourIsAnInterval() {
        assertThat(settings("http://c:8011/", "0.25", "pool-1").interval()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings("http://c:8011/", "1", "pool-1").at("/api")).isEqualTo(URI.create("http://c:8011/api"));
    }

    @Test
    void theKeyIsNotPrinted() {
        assertThat(settings("http://c:8011", "1", "pool-1").toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://c, 1, pool-1, COORDINATOR_BILLING_URL",
        "c:8011, 1, pool-1, COORDINATOR_BILLING_URL",
        "http://c, 0, pool-1, BILLING_SYNC_INTERVAL_HOURS",
        "http://c, -1, pool-1, BILLING_SYNC_INTERVAL_HOURS",
        "http://c, 1, 'a b', POOL_ID",
    })
    void aBadSettingIsRefusedByItsName(String url, String hours, String pool, String name) {
        assertThatThrownBy(() -> settings(url, hours, pool)).hasMessageContaining(name);
    }

    private static BillingSettings settings(String url, String hours, String pool) {
        return new BillingSettings(URI.create(url), "secret", new BigDecimal(hours), pool);
    }
}
