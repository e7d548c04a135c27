package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.health.AlertChange;
import io.aitbc.gpu.health.AlertChange.Kind;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.Severity;
import io.aitbc.gpu.tracing.GpuSpans;
import io.aitbc.poolhub.miner.MinerGpus;
import io.aitbc.poolhub.telemetry.CommandBook;
import io.aitbc.poolhub.telemetry.SampleRows;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Sweeps by schedule, on one replica at a time. */
@Component
class SweepSchedule {

    private final HealthSweep sweep;
    private final MinerGpus capacity;
    private final CommandBook commands;
    private final SampleRows samples;
    private final TransactionTemplate transactions;
    private final GpuSpans spans;
    private final GpuSettings settings;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Timer duration;

    SweepSchedule(
            HealthSweep sweep,
            MinerGpus capacity,
            CommandBook commands,
            SampleRows samples,
            TransactionTemplate transactions,
            GpuSpans spans,
            RuleBook rules,
            GpuSettings settings,
            Clock clock,
            MeterRegistry meters) {
        this.sweep = sweep;
        this.capacity = capacity;
        this.commands = commands;
        this.samples = samples;
        this.transactions = transactions;
        this.spans = spans;
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
        // A series that begins with 1 hides its first alert from rate().
        rules.current().rules().forEach(rule -> triggered(rule.name(), rule.severity()));
        this.duration = Timer.builder("poolhub.gpu.sweep.duration")
                .description("How long a sweep over new samples takes")
                .register(meters);
    }

    @Scheduled(fixedDelayString = "${gpu.sweep-interval-seconds}", timeUnit = TimeUnit.SECONDS)
    @SchedulerLock(name = "gpu-health", lockAtMostFor = "PT2M")
    public void onSchedule() {
        sweep();
    }

    @Scheduled(fixedDelayString = "PT6H", initialDelayString = "PT3M")
    @SchedulerLock(name = "gpu-retention", lockAtMostFor = "PT30M")
    public void forgetOld() {
        samples.forgetBefore(clock.instant().minus(Duration.ofDays(settings.sampleRetentionDays())));
        transactions.executeWithoutResult(
                status -> sweep.forgetGone(clock.instant().minus(Duration.ofDays(settings.forgetDays()))));
    }

    /** One sweep, now. */
    synchronized HealthSweep.Swept sweep() {
        return Objects.requireNonNull(duration.record(() -> {
            HealthSweep.Swept swept;
            try {
                swept = spans.healthCheck(
                        () -> Objects.requireNonNull(transactions.execute(status -> sweep.sweep())),
                        HealthSweep.Swept::samples);
            } catch (RuntimeException e) {
                sweep.forget();
                throw e;
            }
            capacity.changed(swept.miners());
            if (!swept.miners().isEmpty()) {
                commands.refresh();
            }
            swept.changes().stream()
                    .filter(change -> change.kind() == Kind.FIRED)
                    .map(AlertChange::alert)
                    .peek(alert -> spans.alert(
                            alert.rule(), alert.severity().name(), alert.gpuUuid(), alert.since(), alert.firedAt()))
                    .forEach(alert -> triggered(alert.rule(), alert.severity()).increment());
            return swept;
        }));
    }

    private Counter triggered(String rule, Severity severity) {
        return Counter.builder("alerts.triggered")
                .description("GPU alerts that fired")
                .tag("rule", rule)
                .tag("severity", severity.name())
                .register(meters);
    }
}
