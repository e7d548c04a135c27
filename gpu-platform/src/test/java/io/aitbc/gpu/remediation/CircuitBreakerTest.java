package io.aitbc.gpu.remediation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.gpu.remediation.CircuitBreaker.Trip;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A bad rule must not empty the fleet. */
class CircuitBreakerTest {

    private static final Instant T0 = Instant.parse("2026-03-01T00:00:00Z");

    private final CircuitBreaker breaker = new CircuitBreaker(10);

    @Test
    void stopsARuleThatWouldEmptyTheFleetAtTenPercent() {
        breaker.fleet(100, Map.of());
        int quarantined = 0;
        for (int gpu = 0; gpu < 100; gpu++) {
            quarantined += breaker.tryQuarantine("GPU-" + gpu, List.of(), T0.plusSeconds(gpu)) ? 1 : 0;
        }
        assertThat(quarantined).isEqualTo(10);
        assertThat(breaker.trips(T0.plusSeconds(100))).singleElement().satisfies(trip -> {
            assertThat(trip.group()).isEqualTo("pool");
            assertThat(trip.since()).isEqualTo(T0.plusSeconds(10));
            assertThat(trip.allowed()).isEqualTo(10);
            assertThat(trip.held()).hasSize(90);
        });
    }

    @Test
    void aSmallPoolMayLoseTwo() {
        breaker.fleet(4, Map.of());
        assertThat(breaker.tryQuarantine("GPU-1", List.of(), T0)).isTrue();
        assertThat(breaker.tryQuarantine("GPU-2", List.of(), T0)).isTrue();
        assertThat(breaker.tryQuarantine("GPU-3", List.of(), T0)).isFalse();
    }

    @Test
    void worksPerGroupToo() {
        breaker.fleet(1_000, Map.of("driver=595", 30, "driver=590", 970));
        for (int gpu = 0; gpu < 3; gpu++) {
            assertThat(breaker.tryQuarantine("GPU-" + gpu, List.of("driver=595"), T0))
                    .isTrue();
        }
        assertThat(breaker.tryQuarantine("GPU-3", List.of("driver=595"), T0)).isFalse();
        assertThat(breaker.tryQuarantine("GPU-4", List.of("driver=590"), T0))
                .as("others are not held up")
                .isTrue();
        assertThat(breaker.trips(T0)).extracting(Trip::group).containsExactly("driver=595");
    }

    @Test
    void anHourLaterTheNextMayGo() {
        breaker.fleet(10, Map.of());
        breaker.tryQuarantine("GPU-1", List.of(), T0);
        breaker.tryQuarantine("GPU-2", List.of(), T0.plusSeconds(60));
        assertThat(breaker.tryQuarantine("GPU-3", List.of(), T0.plusSeconds(3_599)))
                .isFalse();
        assertThat(breaker.tryQuarantine("GPU-3", List.of(), T0.plusSeconds(3_600)))
                .isTrue();
        assertThat(breaker.trips(T0.plusSeconds(3_600)))
                .as("nobody is held any more")
                .isEmpty();
    }

    @Test
    void aPersonMayLetItGoOn() {
        breaker.fleet(10, Map.of());
        breaker.tryQuarantine("GPU-1", List.of(), T0);
        breaker.tryQuarantine("GPU-2", List.of(), T0);
        assertThat(breaker.tryQuarantine("GPU-3", List.of(), T0)).isFalse();
        breaker.reset();
        assertThat(breaker.trips(T0)).isEmpty();
        assertThat(breaker.tryQuarantine("GPU-3", List.of(), T0)).isTrue();
    }

    @Test
    void whoIsWellAgainIsNotHeldAnyMore() {
        breaker.fleet(10, Map.of());
        breaker.tryQuarantine("GPU-1", List.of(), T0);
        breaker.tryQuarantine("GPU-2", List.of(), T0);
        breaker.tryQuarantine("GPU-3", List.of(), T0);
        breaker.noLongerWanted("GPU-3");
        assertThat(breaker.trips(T0)).isEmpty();
    }

    @Test
    void remembersWhatHappenedBeforeARestart() {
        CircuitBreaker again = new CircuitBreaker(10);
        again.fleet(20, Map.of());
        again.happened("GPU-1", List.of(), T0.minus(Duration.ofMinutes(50)));
        again.happened("GPU-2", List.of(), T0.minus(Duration.ofMinutes(5)));
        assertThat(again.tryQuarantine("GPU-3", List.of(), T0)).isFalse();
    }

    @Test
    void takesOnlyAShare() {
        assertThatThrownBy(() -> new CircuitBreaker(140))
                .hasMessage("GPU_QUARANTINE_MAX_PCT must be within 0..100, was 140.0");
    }
}
