package io.aitbc.poolhub.importing;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.aitbc.capacity.SnapshotRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of each kind of history, and the rules that each keeps on its own. */
final class ImportKind {

    static final Duration OLDEST = Duration.ofDays(400);
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    /** A row knows its id and what is wrong with it. */
    interface Row {
        @Nullable
        UUID id();

        /** A sentence, or null when nothing is wrong. */
        @Nullable
        String fault(Instant now);
    }

    record IntervalRow(
            @Nullable UUID id,
            @Nullable String minerId,
            @Nullable String state,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt)
            implements Row {

        @Override
        public @Nullable String fault(Instant now) {
            String missing = missing(
                    "id", id, "miner_id", minerId, "state", state, "started_at", startedAt, "ended_at", endedAt);
            if (missing != null || startedAt == null || endedAt == null || state == null) {
                return missing;
            }
            if (!state.matches("UP|DEGRADED|DOWN|MAINTENANCE|UNKNOWN|NOT_ENROLLED")) {
                return "state must be one of UP, DEGRADED, DOWN, MAINTENANCE, UNKNOWN, NOT_ENROLLED.";
            }
            if (!endedAt.isAfter(startedAt)) {
                return "ended_at must be after started_at.";
            }
            return first(time("started_at", startedAt, now), time("ended_at", endedAt, now));
        }
    }

    record MatchResultRow(
            @Nullable UUID id,
            @Nullable String minerId,
            @Nullable String jobId,
            @Nullable Double etaMs,
            @Nullable Double score,
            @Nullable Instant createdAt)
            implements Row {

        @Override
        public @Nullable String fault(Instant now) {
            String missing =
                    missing("id", id, "miner_id", minerId, "job_id", jobId, "eta_ms", etaMs, "created_at", createdAt);
            if (missing != null || etaMs == null || createdAt == null) {
                return missing;
            }
            return etaMs < 0 || etaMs > 86_400_000
                    ? "eta_ms must be within 0..86400000."
                    : first(text("job_id", jobId, 128), time("created_at", createdAt, now));
        }
    }

    record OutcomeRow(
            @Nullable UUID id,
            @Nullable String jobId,
            @Nullable String minerId,
            @Nullable String tenantId,
            @Nullable String outcome,
            @Nullable Double latencyMs,
            @Nullable String failCode,
            @Nullable Integer gpuCount,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Instant recordedAt)
            implements Row {

        @Override
        public @Nullable String fault(Instant now) {
            String missing = missing(
                    "id", id, "job_id", jobId, "miner_id", minerId, "outcome", outcome, "recorded_at", recordedAt);
            if (missing != null || outcome == null || recordedAt == null) {
                return missing;
            }
            if (!outcome.equals("completed") && !outcome.equals("failed")) {
                return "outcome must be completed or failed.";
            }
            if (startedAt != null && finishedAt != null && finishedAt.isBefore(startedAt)) {
                return "finished_at must not be before started_at.";
            }
            if (gpuCount != null && (gpuCount < 1 || gpuCount > 1024)) {
                return "gpu_count must be within 1..1024.";
            }
            return first(
                    text("job_id", jobId, 128),
                    text("tenant_id", tenantId, 64),
                    text("fail_code", failCode, 64),
                    time("recorded_at", recordedAt, now),
                    startedAt == null ? null : time("started_at", startedAt, now),
                    finishedAt == null ? null : time("finished_at", finishedAt, now));
        }
    }

    /** A snapshot, which judges itself. */
    record ImportedSnapshot(SnapshotRow row) implements Row {

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        ImportedSnapshot {}

        @Override
        public @Nullable UUID id() {
            return row.id();
        }

        @Override
        public @Nullable String fault(Instant now) {
            return row.fault(now);
        }
    }

    private ImportKind() {}

    static @Nullable String missing(@Nullable Object... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] == null) {
                return namesAndValues[i] + " is missing.";
            }
        }
        return null;
    }

    static @Nullable String time(String name, Instant value, Instant now) {
        if (value.isAfter(now.plus(CLOCK_TOLERANCE))) {
            return name + " lies ahead; only the past is imported.";
        }
        return value.isBefore(now.minus(OLDEST)) ? name + " is more than 400 days ago." : null;
    }

    static @Nullable String text(String name, @Nullable String value, int most) {
        if (value == null) {
            return null;
        }
        return value.isEmpty() || value.length() > most || value.indexOf('\0') >= 0
                ? name + " must have 1 to " + most + " characters, none of them NUL."
                : null;
    }

    static @Nullable String storable(@Nullable Map<String, Object> value) {
        return value != null && value.toString().indexOf('\0') >= 0
                ? "metadata must not contain the NUL character."
                : null;
    }

    static @Nullable String first(@Nullable String... faults) {
        for (String fault : faults) {
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }
}
