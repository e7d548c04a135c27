package io.aitbc.poolhub.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A setting that cannot work is named at the start. */
class BillingSettingsTest {

    @Test
    void aQuarterOfAnHourIsAnInterval() {
        assertThat(settings("0.25").interval()).isEqualTo(Duration.ofMinutes(15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "168.1"})
    void aBadSettingIsRefusedByItsName(String hours) {
        assertThatThrownBy(() -> settings(hours)).hasMessageContaining("BILLING_SYNC_INTERVAL_HOURS");
    }

    private static BillingSettings settings(String hours) {
        return new BillingSettings(new BigDecimal(hours));
    }
}
