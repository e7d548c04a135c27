package io.aitbc.poolhub.console;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConsoleSettingsTest {

    @Test
    void aSettingOutOfItsRangeIsNamed() {
        assertThatThrownBy(() -> new ConsoleSettings(0, 12, 10, 100))
                .hasMessage("CONSOLE_IDLE_MINUTES must be within 1..1440, was 0");
        assertThatThrownBy(() -> new ConsoleSettings(30, 169, 10, 100))
                .hasMessage("CONSOLE_SESSION_HOURS must be within 1..168, was 169");
        assertThatThrownBy(() -> new ConsoleSettings(30, 12, 0, 100))
                .hasMessage("CONSOLE_SIGN_IN_ATTEMPTS must be within 1..1000, was 0");
        assertThatThrownBy(() -> new ConsoleSettings(30, 12, 10, 0))
                .hasMessage("CONSOLE_MAX_STREAMS must be within 1..10000, was 0");
    }
}
