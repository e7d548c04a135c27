package io.aitbc.poolhub.job;

import io.aitbc.poolhub.job.Attempt.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** Jobs as Prometheus series. Counters count what this replica did; what waits and runs is the same on every replica. */
@Component
class JobMeters {

    private static final double[] PROCESSING = {1, 5, 10, 30, 60, 300};

    private final MeterRegistry meters;
    private final Jobs jobs;
    private final Counter submitted;
    private final Counter scheduled;
    private final Counter completed;
    private final Counter failed;
    private final Timer submission;
    private final Timer queue;
    private final Timer execution;
    private final Timer processing;
    private final Timer duration;
    private final Timer placement;
    private final AtomicLong local = new AtomicLong();
    private final AtomicLong gangs = new AtomicLong();
    private volatile Map<JobState, Integer> active = Map.of();

    JobMeters(MeterRegistry meters, Jobs jobs) {
        this.meters = meters;
        this.jobs = jobs;
        this.submitted = counter("jobs.submitted", "Jobs taken");
        this.scheduled = counter("jobs.scheduled", "Jobs placed on GPUs, each attempt counted");
        this.completed = counter("jobs.completed", "Jobs completed");
        this.failed = counter("jobs.failed", "Jobs failed for good");
        for (JobState over : new JobState[] {JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED}) {
            ended(over);
        }
        for (String reason : new String[] {"priority", "health", "miner"}) {
            preempted(reason);
        }
        this.submission = timer("job.submission.duration", "Until a submission is durable", 0.1, 0.5, 1, 2, 5);
        this.queue = timer("job.queue.duration", "From a wait's beginning to GPUs", 1, 5, 10, 30, 60);
        this.execution = timer("job.execution.duration", "A run on GPUs", PROCESSING);
        this.processing = timer("job.processing.duration", "From submission to the end", PROCESSING);
        this.duration = timer(
                "job.duration", "Runs of jobs that ended for good", 10, 60, 300, 900, 3_600, 14_400, 43_200, 86_400);
        this.placement = timer(
                "scheduler.placement.duration", "A pass over the queue", 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5);
        Gauge.builder("jobs.pending", this, me -> me.count(JobState.QUEUED))
                .description("Jobs that wait for GPUs")
                .register(meters);
        Gauge.builder("jobs.in.queue", this, me -> me.count(JobState.QUEUED))
                .description("Jobs that wait for GPUs")
                .register(meters);
        Gauge.builder("jobs.running", this, me -> me.count(JobState.RUNNING) + me.count(JobState.ASSIGNED))
                .description("Jobs that have GPUs")
                .register(meters);
        Gauge.builder("scheduler.numa.local.ratio", this, JobMeters::localRatio)
                .description("Share of placed jobs whose GPUs are on one NUMA node and island, as far as that is known")
                .register(meters);
    }

    private Counter counter(String name, String what) {
        return Counter.builder(name).description(what).register(meters);
    }

    private Counter ended(JobState state) {
        return Counter.builder("jobs")
                .description("Jobs that are over, by how they ended")
                .tag("status", state.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }

    private Counter preempted(String reason) {
        return Counter.builder("jobs.preempted")
                .description("Jobs that were stopped before their end and wait again")
                .tag("reason", reason)
                .register(meters);
    }

    private Timer timer(String name, String what, double... seconds) {
        return Timer.builder(name)
                .description(what)
                .serviceLevelObjectives(Arrays.stream(seconds)
                        .mapToObj(bound -> Duration.ofMillis(Math.round(bound * 1_000)))
                        .toArray(Duration[]::new))
                .register(meters);
    }

    <T> T submitting(Supplier<T> work) {
        return Objects.requireNonNull(submission.record(work));
    }

    Dispatch.Passed passing(Supplier<Dispatch.Passed> pass) {
        return Objects.requireNonNull(placement.record(pass));
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(JobSubmitted job) {
        submitted.increment();
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(JobPlaced placed) {
        scheduled.increment();
        queue.record(between(placed.job().queuedAt(), placed.at()));
        gangs.incrementAndGet();
        local.addAndGet(placed.place().local() ? 1 : 0);
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(JobEnded ended) {
        Instant started = ended.end().startedAt();
        if (started != null) {
            execution.record(between(started, ended.end().endedAt()));
        }
        if (ended.next().isOver()) {
            ended(ended.next()).increment();
            processing.record(between(ended.job().submittedAt(), ended.end().endedAt()));
            if (started != null) {
                duration.record(between(started, ended.end().endedAt()));
            }
        }
        if (ended.next() == JobState.COMPLETED) {
            completed.increment();
        } else if (ended.next() == JobState.FAILED) {
            failed.increment();
        }
        if (ended.end().outcome() == Outcome.STOPPED) {
            boolean asked = ended.attempt().stopRequested() != null;
            preempted(!asked ? "miner" : ended.attempt().stoppingFor() == null ? "health" : "priority")
                    .increment();
        }
    }

    @Scheduled(fixedDelayString = "PT5S")
    void count() {
        active = jobs.active();
    }

    private double count(JobState state) {
        return active.getOrDefault(state, 0);
    }

    private double localRatio() {
        return gangs.get() == 0 ? 1 : (double) local.get() / gangs.get();
    }

    private static Duration between(Instant from, Instant to) {
        return from.isBefore(to) ? Duration.between(from, to) : Duration.ZERO;
    }
}
