package io.aitbc.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MutableClockTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void itStandsUntilItIsMovedOnOrBack() {
        MutableClock clock = new MutableClock(NOON);
        assertThat(clock.instant()).isEqualTo(NOON);
        clock.advance(Duration.ofHours(1));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
        clock.advance(Duration.ofHours(-2));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-01T11:00:00Z"));
        clock.set(NOON);
        assertThat(clock.instant()).isEqualTo(NOON);
    }
}
