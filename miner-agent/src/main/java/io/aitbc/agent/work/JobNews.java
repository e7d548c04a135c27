package io.aitbc.agent.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a job, to be told to the hub.
 *
 * @param type {@code started}, {@code completed}, {@code failed} or {@code stopped}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobNews(
        String jobId,
        int attempt,
        String type,
        Instant at,
        @Nullable Instant startedAt,
        @Nullable Double progressS,
        @Nullable String failCode,
        @Nullable String detail,
        @Nullable Integer exitCode) {

    static JobNews started(Assignment job, Instant at) {
        return new JobNews(job.jobId(), job.attempt(), "started", at, at, null, null, null, null);
    }

    static JobNews completed(Assignment job, Instant startedAt, Instant at, @Nullable Integer exitCode) {
        return new JobNews(job.jobId(), job.attempt(), "completed", at, startedAt, null, null, null, exitCode);
    }

    static JobNews failed(
            Assignment job,
            @Nullable Instant startedAt,
            Instant at,
            String failCode,
            String detail,
            @Nullable Integer exitCode) {
        return new JobNews(job.jobId(), job.attempt(), "failed", at, startedAt, null, failCode, detail, exitCode);
    }

    static JobNews stopped(Assignment job, @Nullable Instant startedAt, Instant at, double progressS) {
        return new JobNews(job.jobId(), job.attempt(), "stopped", at, startedAt, progressS, null, null, null);
    }
}
