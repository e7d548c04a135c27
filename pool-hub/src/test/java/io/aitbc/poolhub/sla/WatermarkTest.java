package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a collection looks at everybody, and when only at those for whom something moved. */
class WatermarkTest {

    private static final Instant NOW = Instant.parse("2026-04-22T12:00:00Z");
    private static final SlaSettings MEAN = new SlaSettings(95, 1000, 90, 80, 300, 60, "mean", 90, 10_000);
    private static final SlaSettings P95 = new SlaSettings(95, 1000, 90, 80, 300, 60, "p95", 90, 10_000);

    @Test
    void theFirstTime() {
        assertThat(mark(null, null).everybodyIsDue(NOW, MEAN)).isTrue();
    }

    @Test
    void notWithinTheHour() {
        assertThat(mark("PT5M", "PT54M59S").everybodyIsDue(NOW, MEAN)).isFalse();
        assertThat(mark("PT5M", "PT55M").everybodyIsDue(NOW, MEAN)).isTrue();
    }

    @Test
    void whenAnotherStatisticOrThresholdJudges() {
        assertThat(mark("PT5M", "PT10M").everybodyIsDue(NOW, P95)).isTrue();
        assertThat(mark("PT5M", "PT10M")
                        .everybodyIsDue(NOW, new SlaSettings(95, 1000, 90, 80.5, 300, 60, "mean", 90, 10_000)))
                .isTrue();
    }

    @Test
    void whenTheClockWasSetBack() {
        assertThat(mark("-PT5M", "-PT5M").everybodyIsDue(NOW, MEAN)).isTrue();
    }

    private static Metrics.Watermark mark(@Nullable String collected, @Nullable String refreshed) {
        return new Metrics.Watermark("1", ago(collected), ago(refreshed), MEAN.judgedBy());
    }

    private static @Nullable Instant ago(@Nullable String duration) {
        return duration == null ? null : NOW.minus(Duration.parse(duration));
    }
}
