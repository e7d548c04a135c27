package io.aitbc.coordinator.job;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Tenants' jobs as Prometheus series. Counters count what this replica heard; what waits is the same on every replica. */
@Component
class JobMeters {

    private static final long[] RUN_SECONDS = {1, 5, 10, 30, 60, 300};

    private final MeterRegistry meters;
    private final TenantJobs jobs;
    private final Timer submission;
    private final Timer queue;
    private final Timer execution;
    private final Timer processing;
    private final Counter failed;
    private volatile long waiting;

    JobMeters(MeterRegistry meters, TenantJobs jobs) {
        this.meters = meters;
        this.jobs = jobs;
        this.submission = Timer.builder("job.submission.duration")
                .description("Time to submit a job")
                .serviceLevelObjectives(
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5))
                .register(meters);
        this.queue = timer("job.queue.duration", "Time from submission to a job's start", 1, 5, 10, 30, 60);
        this.execution = timer("job.execution.duration", "Time from a job's first start to its end", RUN_SECONDS);
        this.processing = timer("job.processing.duration", "Time from submission to a job's end", RUN_SECONDS);
        this.failed = Counter.builder("jobs.failed")
                .description("Jobs failed for good")
                .register(meters);
        for (JobState state : JobState.values()) {
            if (state.isOver()) {
                ended(state);
            }
        }
        Gauge.builder("jobs.in.queue", this, me -> me.waiting)
                .description("Jobs that wait to be placed or for GPUs")
                .register(meters);
    }

    private Timer timer(String name, String what, long... seconds) {
        return Timer.builder(name)
                .description(what)
                .serviceLevelObjectives(
                        Arrays.stream(seconds).mapToObj(Duration::ofSeconds).toArray(Duration[]::new))
                .register(meters);
    }

    private Counter ended(JobState state) {
        return Counter.builder("jobs")
                .description("Jobs that are over, by how they ended")
                .tag("status", state.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }

    <T> T submitting(Supplier<T> work) {
        return Objects.requireNonNull(submission.record(work));
    }

    /** It ended before it ran; counted as soon as the caller's transaction is committed. */
    void overWithoutRunning(JobState state) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                ended(state).increment();
            }
        });
    }

    void started(Instant submitted, Instant started) {
        queue.record(between(submitted, started));
    }

    void over(JobState state, Instant submitted, @Nullable Instant started, Instant finished) {
        ended(state).increment();
        if (state == JobState.FAILED) {
            failed.increment();
        }
        if (started != null) {
            execution.record(between(started, finished));
        }
        processing.record(between(submitted, finished));
    }

    @Scheduled(fixedDelayString = "PT5S")
    void count() {
        waiting = jobs.waiting();
    }

    private static Duration between(Instant from, Instant to) {
        return from.isBefore(to) ? Duration.between(from, to) : Duration.ZERO;
    }
}
