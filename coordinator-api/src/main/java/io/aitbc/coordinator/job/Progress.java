package io.aitbc.coordinator.job;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What news make of a job, whatever the order in which they come: an end is final, older news never overwrite newer ones, and what
 * only older news know is filled in.
 *
 * @param job as it is now
 * @param changed whether it must be written
 * @param hasStarted whether it is known by this that it has run
 * @param hasEnded whether it is over by this
 * @param isStray whether the pool has a job that is over here, and is to be told so
 */
record Progress(
        TenantJob job,
        boolean changed,
        boolean hasStarted,
        boolean hasEnded,
        boolean isStray,
        @Nullable JobNews end) {

    static Progress of(TenantJob job) {
        return new Progress(job, false, false, false, false, null);
    }

    /**
     * After one more piece of news.
     *
     * @param news without fault
     * @param used what it says that the job used, JSON
     */
    Progress after(JobNews news, @Nullable String used) {
        JobState state = Objects.requireNonNull(news.state());
        long revision = Objects.requireNonNull(news.revision());
        Instant at = Objects.requireNonNull(news.at());
        Instant told = news.startedAt() == null && state == JobState.RUNNING ? at : news.startedAt();
        Instant startedAt = earlier(job.startedAt(), told);
        boolean starts = hasStarted || (job.startedAt() == null && startedAt != null);
        if (revision <= job.revision()) {
            return new Progress(
                    with(job, job.state(), job.revision(), startedAt), true, starts, hasEnded, isStray, end);
        }
        if (!job.state().next().contains(state)) {
            return new Progress(
                    with(job, job.state(), revision, startedAt), true, starts, hasEnded, !state.isOver(), end);
        }
        boolean over = state.isOver();
        TenantJob next = new TenantJob(
                job.jobId(),
                job.poolJobId(),
                job.tenantId(),
                state,
                job.gpuCount(),
                job.maxDurationS(),
                revision,
                Objects.requireNonNull(news.attempt()),
                news.minerId(),
                news.failCode(),
                news.cause(),
                over ? used : null,
                job.traceparent(),
                job.submittedAt(),
                job.placedAt() == null ? at : job.placedAt(),
                startedAt,
                over ? at : null,
                job.cancelRequestedAt(),
                job.maybeThere(),
                job.digest());
        return new Progress(next, true, starts, over, false, over ? news : null);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    private static TenantJob with(TenantJob job, JobState state, long revision, @Nullable Instant startedAt) {
        return new TenantJob(
                job.jobId(),
                job.poolJobId(),
                job.tenantId(),
                state,
                job.gpuCount(),
                job.maxDurationS(),
                revision,
                job.attempt(),
                job.minerId(),
                job.failCode(),
                job.cause(),
                job.used(),
                job.traceparent(),
                job.submittedAt(),
                job.placedAt(),
                startedAt,
                job.finishedAt(),
                job.cancelRequestedAt(),
                job.maybeThere(),
                job.digest());
    }
}
