package io.aitbc.coordinator.job;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a pool-hub tells of a change of a job.
 *
 * @param source which pool-hub
 * @param jobId the pool's name of the job
 * @param revision rises with each change of the job: news with a lower one are older
 * @param at when it changed
 * @param startedAt when the job first ran
 * @param used what it used in all, by resource; with its end
 */
record JobNews(
        @Nullable String source,
        @Nullable UUID eventId,
        @Nullable String jobId,
        @Nullable Long revision,
        @Nullable JobState state,
        @Nullable Instant at,
        @Nullable Integer attempt,
        @Nullable String minerId,
        @Nullable Instant startedAt,
        @Nullable String failCode,
        @Nullable String cause,
        @Nullable Map<String, BigDecimal> used) {

    private static final int MOST_RESOURCES = 100;
    private static final int MOST_DIGITS = 12;
    private static final int SCALE = 8;

    /** What is wrong with it; null when nothing is. */
    @Nullable
    String fault() {
        if (source == null || !source.matches("[A-Za-z0-9._:-]{1,64}")) {
            return "source must have 1 to 64 letters, digits and . _ : -";
        }
        if (eventId == null || jobId == null || at == null) {
            return "event_id, job_id and at must be given";
        }
        if (revision == null || revision < 1) {
            return "revision must be given, and 1 or more";
        }
        if (state == null || !state.isOfPool()) {
            return "state must be one of QUEUED, ASSIGNED, RUNNING, COMPLETED, FAILED, CANCELLED";
        }
        if (attempt == null || attempt < 0) {
            return "attempt must be given, and 0 or more";
        }
        if (!isGood(minerId, 64) || !isGood(failCode, 64) || !isGood(cause, 500)) {
            return "miner_id and fail_code have at most 64, cause has at most 500 characters, and none a NUL";
        }
        return state.isOver() ? usedFault() : null;
    }

    private @Nullable String usedFault() {
        if (used == null || used.size() > MOST_RESOURCES) {
            return "an end must say in used what the job used, at most " + MOST_RESOURCES + " resources";
        }
        for (Map.Entry<String, BigDecimal> one : used.entrySet()) {
            @Nullable BigDecimal quantity = one.getValue();
            boolean good = one.getKey().matches("[a-z0-9_]{1,32}")
                    && quantity != null
                    && quantity.signum() >= 0
                    && quantity.scale() <= SCALE
                    && quantity.precision() - quantity.scale() <= MOST_DIGITS;
            if (!good) {
                return "used must have quantities of 0 or more with at most " + SCALE + " decimals";
            }
        }
        return null;
    }

    /** With its own times, but none ahead of ours. */
    JobNews notAheadOf(Instant now) {
        return new JobNews(
                source,
                eventId,
                jobId,
                revision,
                state,
                earlier(at, now),
                attempt,
                minerId,
                earlier(startedAt, now),
                failCode,
                cause,
                used);
    }

    private static @Nullable Instant earlier(@Nullable Instant time, Instant now) {
        return time == null || time.isBefore(now) ? time : now;
    }

    private static boolean isGood(@Nullable String text, int longest) {
        return text == null || (text.length() <= longest && Texts.isStorable(text));
    }
}
