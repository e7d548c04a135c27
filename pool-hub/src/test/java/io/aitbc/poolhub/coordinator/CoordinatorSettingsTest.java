package io.aitbc.poolhub.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A setting that cannot work is named at the start. */
class CoordinatorSettingsTest {

    @Test
    void aTrailingSlashDoesNotMatter() {
        assertThat(settings("http://c:8011/", "secret", "pool-1").at("/api"))
                .isEqualTo(URI.create("http://c:8011/api"));
    }

    @Test
    void theKeyIsNotPrinted() {
        assertThat(settings("http://c:8011", "secret", "pool-1").toString()).doesNotContain("secret");
    }

    @Test
    void whileKeysAreExchangedTheFirstIsSent() {
        assertThat(settings("http://c:8011", "new, old", "pool-1").apiKey()).isEqualTo("new");
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://c, k, pool-1, COORDINATOR_BILLING_URL",
        "c:8011, k, pool-1, COORDINATOR_BILLING_URL",
        "http://c, ' ', pool-1, COORDINATOR_API_KEY",
        "http://c, ', old', pool-1, COORDINATOR_API_KEY",
        "http://c, k, 'a b', POOL_ID",
    })
    void aBadSettingIsRefusedByItsName(String url, String key, String pool, String name) {
        assertThatThrownBy(() -> settings(url, key, pool)).hasMessageContaining(name);
    }

    private static CoordinatorSettings settings(String url, String key, String pool) {
        return new CoordinatorSettings(URI.create(url), key, pool);
    }
}
