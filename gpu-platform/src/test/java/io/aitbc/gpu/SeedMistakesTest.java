package io.aitbc.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.health.Alert;
import io.aitbc.gpu.health.AlertChange;
import io.aitbc.gpu.health.AlertChange.Kind;
import io.aitbc.gpu.health.HealthMonitor;
import io.aitbc.gpu.prediction.CriticalLevels;
import io.aitbc.gpu.prediction.HealthPredictor;
import io.aitbc.gpu.remediation.Remediation;
import io.aitbc.gpu.remediation.Remediation.Patience;
import io.aitbc.gpu.remediation.Situation;
import io.aitbc.gpu.remediation.Situation.CommandProgress;
import io.aitbc.gpu.remediation.Step;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.scheduling.Decision;
import io.aitbc.gpu.scheduling.GpuSlot;
import io.aitbc.gpu.scheduling.JobRequest;
import io.aitbc.gpu.scheduling.Outcome;
import io.aitbc.gpu.scheduling.Policy;
import io.aitbc.gpu.scheduling.Scheduler;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.NvidiaSmiCsv;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each mistake that was found in the code which gave the requirements, with the library's parts at work together. */
class SeedMistakesTest {

    private static final String GPU = "GPU-0";
    private static final String A100 = "NVIDIA A100-SXM4-80GB";
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final HealthMonitor monitor = new HealthMonitor(new RuleBook(RuleSet.standard()), Duration.ofSeconds(10));
    private final HealthPredictor predictor = new HealthPredictor(CriticalLevels.of(RuleSet.standard()));
    private final Scheduler scheduler = new Scheduler(Policy.standard());
    private final List<AlertChange> changes = new ArrayList<>();
    private Instant now = START;

    @Test
    void aMonitorAttachedToTheSchedulerCrashesPlacement() {
        scheduler.put(GpuSlot.healthy(GPU, "node", A100, 81_920));
        says(A100, Signal.TEMPERATURE, 90, 5);
        attach();
        scheduler.submit(JobRequest.of("a", 50, 1, HOUR), now);
        assertThat(scheduler.schedule(now)).as("it is critical").isEmpty();
        says(A100, Signal.TEMPERATURE, 50, 10);
        attach();
        assertThat(scheduler.schedule(now)).hasSize(1);
    }

    @Test
    void aHundredEvaluationsLeaveAHundredAlertsThatNeverResolve() {
        says(A100, Signal.TEMPERATURE, 84, 100);
        assertThat(monitor.open(GPU)).hasSize(1);
        assertThat(changes).filteredOn(change -> change.kind() == Kind.FIRED).hasSize(1);
        says(A100, Signal.TEMPERATURE, 50, 10);
        assertThat(monitor.open(GPU)).isEmpty();
    }

    @Test
    void aSingleSampleBelowTheLineResetsTheTimer() {
        says(A100, Signal.TEMPERATURE, 90, 3);
        says(A100, Signal.TEMPERATURE, 81, 1);
        says(A100, Signal.TEMPERATURE, 90, 3);
        assertThat(changes).extracting(change -> change.alert().rule()).contains("THERMAL_CRITICAL");
    }

    @Test
    void quarantineChangesNoStateAndAFailedJobMakesAnUnhealthyGpuAvailableAgain() {
        scheduler.put(GpuSlot.healthy(GPU, "node", A100, 81_920));
        scheduler.submit(JobRequest.of("a", 50, 1, HOUR), now);
        scheduler.schedule(now);
        says(A100, Signal.ECC_UNCORRECTED, 0, 1);
        says(A100, Signal.ECC_UNCORRECTED, 1, 1);
        Step step = new Remediation(Patience.standard())
                .next(
                        new Situation(
                                GPU,
                                GpuState.HEALTHY,
                                START,
                                false,
                                monitor.open(GPU),
                                CommandProgress.NONE,
                                true,
                                true),
                        now,
                        () -> true)
                .orElseThrow();
        assertThat(step.to()).isEqualTo(GpuState.QUARANTINED);
        scheduler.put(GpuSlot.healthy(GPU, "node", A100, 81_920).in(step.to(), true, 0.9));
        assertThat(scheduler.preemptJob("a", step.cause())).isPresent();
        scheduler.ended("a", Outcome.FAILED, now);
        scheduler.submit(JobRequest.of("b", 50, 1, HOUR), now);
        assertThat(scheduler.schedule(now)).isEmpty();
        assertThat(scheduler.counts().sellable()).isZero();
    }

    @Test
    void eccCountersGrowWithEveryScrape() {
        says(A100, Signal.ECC_CORRECTED, 0, 1);
        says(A100, Signal.ECC_CORRECTED, 2, 3);
        assertThat(predictor.outlook(GPU, now).orElseThrow().correctedPerHour()).isEqualTo(2);
        says(A100, Signal.ECC_CORRECTED, 9, 20);
        assertThat(changes).as("9 is not 10, however often it is read").isEmpty();
    }

    @Test
    void theRealPathNeverReadsEcc() throws Exception {
        GpuSample sample = NvidiaSmiCsv.parse(
                        "uuid, ecc.errors.corrected.volatile.total, ecc.errors.uncorrected.volatile.total\n"
                                + "GPU-20c56d28-0da5-6d26-a36a-e7af1ce2586e, 7, 3\n",
                        START)
                .get(0);
        assertThat(sample.value(Signal.ECC_CORRECTED)).isEqualTo(7);
        assertThat(sample.value(Signal.ECC_UNCORRECTED)).isEqualTo(3);
    }

    @Test
    void memoryPressureDividesByAConstant() {
        for (int i = 0; i < 20; i++) {
            monitor.accept(sample("NVIDIA H200")
                    .set(Signal.MEMORY_USED, 40_000)
                    .set(Signal.MEMORY_TOTAL, 143_771)
                    .build());
        }
        assertThat(monitor.open(GPU)).isEmpty();
        for (int i = 0; i < 20; i++) {
            monitor.accept(sample("NVIDIA H200")
                    .set(Signal.MEMORY_USED, 130_000)
                    .set(Signal.MEMORY_TOTAL, 143_771)
                    .build());
        }
        assertThat(monitor.open(GPU)).extracting(Alert::rule).containsExactly("MEMORY_PRESSURE");
    }

    @Test
    void powerLimitsIgnoreTheModel() {
        says("NVIDIA H100 80GB HBM3", Signal.POWER, 600, 20);
        assertThat(changes).as("600 W is what an H100 may draw").isEmpty();
        says(A100, Signal.POWER, 460, 20);
        assertThat(changes).extracting(change -> change.alert().rule()).contains("POWER_CRITICAL");
    }

    @Test
    void aWarmUpPreemptsWhileAGpuAt95DegreesScoresNothing() {
        for (int i = 0; i < 120; i++) {
            predictor.updateMetrics(sample(A100)
                    .set(Signal.TEMPERATURE, 40 + 20 * (1 - Math.exp(-i / 18.0)))
                    .build());
            assertThat(predictor.shouldPreemptJob(GPU, now, HOUR)).isFalse();
        }
        for (int i = 0; i < 12; i++) {
            predictor.updateMetrics(sample(A100).set(Signal.TEMPERATURE, 95).build());
        }
        assertThat(predictor.getFailureRisk(GPU, now)).isGreaterThan(0.9);
        assertThat(predictor.shouldPreemptJob(GPU, now, HOUR)).isTrue();
    }

    @Test
    void aPreemptedJobRunsAgainBeforeACriticalOne() {
        scheduler.put(GpuSlot.healthy(GPU, "node", A100, 81_920));
        scheduler.submit(JobRequest.of("low", 10, 1, HOUR), now);
        scheduler.schedule(now);
        scheduler.submit(JobRequest.of("critical", 100, 1, HOUR), now);
        scheduler.schedule(now);
        scheduler.stopped("low", now, Duration.ZERO);
        assertThat(scheduler.schedule(now)).extracting(Decision::jobId).containsExactly("critical");
    }

    @Test
    void theFirstInTheQueueBlocksAllBehindIt() {
        scheduler.put(GpuSlot.healthy(GPU, "node", A100, 81_920));
        scheduler.submit(JobRequest.of("eight", 90, 8, HOUR), now);
        scheduler.submit(JobRequest.of("one", 10, 1, HOUR), now);
        assertThat(scheduler.schedule(now)).extracting(Decision::jobId).containsExactly("one");
    }

    /** What a host does after each round of samples. */
    private void attach() {
        scheduler.put(GpuSlot.healthy(GPU, "node", A100, 81_920)
                .in(GpuState.HEALTHY, monitor.hasCritical(GPU), predictor.getFailureRisk(GPU, now)));
    }

    private void says(String model, Signal signal, double value, int times) {
        for (int i = 0; i < times; i++) {
            GpuSample sample = sample(model).set(signal, value).build();
            predictor.updateMetrics(sample);
            changes.addAll(monitor.accept(sample));
        }
    }

    private GpuSample.Builder sample(String model) {
        now = now.plusSeconds(10);
        return GpuSample.of(GpuDevice.of(GPU, model), now);
    }
}
