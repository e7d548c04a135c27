package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UsageSettingsTest {

    @Test
    void theAgeIsWithinItsBounds() {
        assertThat(new UsageSettings(true, 1).maxEventAge()).hasDays(1);
        assertThat(new UsageSettings(true, 3660).maxEventAge()).hasDays(3660);
        assertThatThrownBy(() -> new UsageSettings(true, 0))
                .hasMessage("BILLING_MAX_EVENT_AGE_DAYS must be within 1..3660, was 0");
        assertThatThrownBy(() -> new UsageSettings(true, 3661))
                .hasMessage("BILLING_MAX_EVENT_AGE_DAYS must be within 1..3660, was 3661");
    }

    @Test
    void anEventsPriceCountsOnlyWhereItIsTrusted() {
        assertThat(new Rating(new UsageSettings(true, 400)).price()).contains("coalesce(l.unit_price, m.list_price");
        assertThat(new Rating(new UsageSettings(false, 400)).price()).doesNotContain("l.unit_price");
    }
}
