package io.aitbc.gpu.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.prediction.Trend.Status;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What is predicted, and what is not. One sample every ten seconds. */
class HealthPredictorTest {

    private static final String GPU = "GPU-0";
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final HealthPredictor predictor = new HealthPredictor(CriticalLevels.of(RuleSet.standard()));
    private final Random random = new Random(3);
    private Instant now = START;

    @Test
    void aSteadyRiseIsPredictedInWords() {
        heat(180, i -> 60 + i / 12.0);
        Trend trend = temperature();
        assertThat(trend.current()).isBetween(73.5, 75.5);
        assertThat(trend.ratePerMinute()).isBetween(0.4, 0.6);
        assertThat(trend.timeToCritical().orElseThrow().likely())
                .isBetween(Duration.ofMinutes(16), Duration.ofMinutes(25));
        assertThat(predictor.getMaintenanceRecommendation(GPU, now))
                .matches(
                        "GPU-0: 7[45] °C, \\+0\\.\\d °C/min, reaches 85 °C in about \\d+ min \\(\\d+–\\d+\\); plan migration within \\d+"
                                + " min");
        assertThat(predictor.getFailureRisk(GPU, now)).isGreaterThan(0.7);
    }

    @Test
    void whatHasNoCriticalLevelNeverGetsCritical() {
        for (int i = 0; i < 180; i++) {
            now = now.plusSeconds(10);
            predictor.updateMetrics(GpuSample.of(GpuDevice.of(GPU, "NVIDIA A100"), now)
                    .set(Signal.TEMPERATURE, 32)
                    .set(Signal.MEMORY_TEMPERATURE, 30 + i / 12.0)
                    .build());
            assertThat(predictor.getFailureRisk(GPU, now)).as("at step " + i).isZero();
        }
        Outlook outlook = predictor.outlook(GPU, now).orElseThrow();
        assertThat(outlook.first()).isEmpty();
        assertThat(outlook.trends())
                .filteredOn(trend -> trend.signal() == Signal.MEMORY_TEMPERATURE)
                .singleElement()
                .satisfies(trend -> {
                    assertThat(trend.status()).isEqualTo(Status.RISING);
                    assertThat(trend.critical()).isNaN();
                    assertThat(trend.ratePerMinute()).isBetween(0.4, 0.6);
                });
        assertThat(predictor.getMaintenanceRecommendation(GPU, now)).isEqualTo("GPU-0: nothing to do");
        assertThat(predictor.shouldPreemptJob(GPU, now, HOUR)).isFalse();
    }

    @Test
    void aWarmUpFrom40To60PreemptsNothingWhile95DegreesDo() {
        heat(30, i -> 40);
        double highest = 0;
        for (int i = 0; i < 180; i++) {
            int step = i;
            heat(1, one -> 40 + 20 * (1 - Math.exp(-step / 18.0)));
            highest = Math.max(highest, predictor.getFailureRisk(GPU, now));
            assertThat(predictor.shouldPreemptJob(GPU, now, HOUR))
                    .as("at step " + i)
                    .isFalse();
        }
        assertThat(highest).isLessThan(0.5);
        heat(30, i -> 95);
        assertThat(predictor.getFailureRisk(GPU, now)).isGreaterThan(0.9);
        assertThat(predictor.shouldPreemptJob(GPU, now, HOUR)).isTrue();
        assertThat(predictor.getMaintenanceRecommendation(GPU, now)).contains("move its work away now");
    }

    @Test
    void aFlatNoisySeriesPredictsNothing() {
        for (int i = 0; i < 720; i++) {
            heat(1, step -> 70 + random.nextGaussian() * 1.5);
            assertThat(predictor.getFailureRisk(GPU, now)).isLessThan(0.5);
        }
        assertThat(temperature().timeToCritical()).isEmpty();
        assertThat(predictor.getMaintenanceRecommendation(GPU, now)).isEqualTo("GPU-0: nothing to do");
    }

    @Test
    void singleWildValuesChangeNothing() {
        for (int i = 0; i < 360; i++) {
            int step = i;
            heat(1, one -> step % 25 == 0 ? 195 : step % 31 == 0 ? 0 : 66);
        }
        assertThat(temperature().current()).isEqualTo(66);
        assertThat(predictor.getFailureRisk(GPU, now)).isZero();
    }

    @Test
    void aRiseThatSettlesBelowCriticalIsNoAlarm() {
        heat(60, i -> 60);
        heat(240, i -> 60 + 18 * (1 - Math.exp(-i / 40.0)));
        assertThat(temperature().isCriticalSoon()).isFalse();
        assertThat(predictor.shouldPreemptJob(GPU, now, HOUR)).isFalse();
    }

    @Test
    void aShortJobMayEndBeforeItGetsCritical() {
        heat(180, i -> 60 + i / 12.0);
        assertThat(predictor.shouldPreemptJob(GPU, now, Duration.ofMinutes(2))).isFalse();
        assertThat(predictor.shouldPreemptJob(GPU, now, HOUR)).isTrue();
    }

    @Test
    void memoryErrorsAreCountedAsTheyGrow() {
        for (int i = 0; i < 120; i++) {
            errors(5_000 + 5 * i, 0);
        }
        assertThat(predictor.outlook(GPU, now).orElseThrow().correctedPerHour()).isEqualTo(5 * 119);
        assertThat(predictor.getFailureRisk(GPU, now)).isGreaterThan(0.9);
        errors(3, 0);
        assertThat(predictor.outlook(GPU, now).orElseThrow().correctedPerHour())
                .as("a counter that starts again is no negative error")
                .isEqualTo(5 * 119);
        errors(3, 1);
        assertThat(predictor.getMaintenanceRecommendation(GPU, now)).contains("1 uncorrected memory errors");
    }

    @Test
    void anUnknownOrSilentGpuHasNoRisk() {
        assertThat(predictor.getFailureRisk("nobody", now)).isZero();
        assertThat(predictor.getMaintenanceRecommendation("nobody", now)).contains("no telemetry");
        heat(180, i -> 60 + i / 12.0);
        now = now.plus(Duration.ofHours(2));
        assertThat(predictor.getFailureRisk(GPU, now))
                .as("what was two hours ago says nothing")
                .isZero();
        predictor.forget(GPU);
        assertThat(predictor.outlook(GPU, now)).isEmpty();
    }

    @Test
    void aGapBeginsAnew() {
        heat(180, i -> 60 + i / 12.0);
        now = now.plus(HOUR);
        heat(6, i -> 50);
        assertThat(temperature().status()).isEqualTo(Status.INSUFFICIENT_DATA);
    }

    @Test
    void aClockThatGoesBackChangesNothing() {
        heat(180, i -> 60 + i / 12.0);
        Trend before = temperature();
        Instant last = now;
        now = START;
        heat(60, i -> 99);
        now = last;
        assertThat(temperature()).isEqualTo(before);
    }

    private Trend temperature() {
        return predictor.outlook(GPU, now).orElseThrow().trends().stream()
                .filter(trend -> trend.signal() == Signal.TEMPERATURE)
                .findFirst()
                .orElseThrow();
    }

    private void heat(int samples, IntToDoubleFunction celsius) {
        for (int i = 0; i < samples; i++) {
            now = now.plusSeconds(10);
            predictor.updateMetrics(GpuSample.of(GpuDevice.of(GPU, "NVIDIA A100"), now)
                    .set(Signal.TEMPERATURE, Math.rint(celsius.applyAsDouble(i)))
                    .build());
        }
    }

    private void errors(int corrected, int uncorrected) {
        now = now.plusSeconds(10);
        predictor.updateMetrics(GpuSample.of(GpuDevice.of(GPU, "NVIDIA A100"), now)
                .set(Signal.TEMPERATURE, 50)
                .set(Signal.ECC_CORRECTED, corrected)
                .set(Signal.ECC_UNCORRECTED, uncorrected)
                .build());
    }
}
