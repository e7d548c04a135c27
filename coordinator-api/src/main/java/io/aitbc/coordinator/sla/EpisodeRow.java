package io.aitbc.coordinator.sla;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An episode as a pool sends it: anything may be missing or wrong.
 *
 * @param revision of what is said about one episode the highest counts
 * @param worst the worst value within
 */
record EpisodeRow(
        @Nullable UUID episodeId,
        @Nullable Integer revision,
        @Nullable EpisodeStatus status,
        @Nullable String minerId,
        @Nullable String metric,
        @Nullable BigDecimal threshold,
        @Nullable BigDecimal worst,
        @Nullable String severity,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String excuseReason,
        @Nullable String excusedBy,
        @Nullable Instant excusedAt,
        @Nullable Evidence evidence) {

    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");
    private static final BigDecimal MOST = new BigDecimal("1000000000000");
    private static final int MOST_DECIMALS = 20;

    /** What is wrong with it, in a sentence; null when it can be taken. */
    @Nullable
    String fault(Instant now) {
        if (episodeId == null || revision == null || revision < 1 || status == null) {
            return "episode_id, a revision of 1 or more and a status must be given.";
        }
        if (!isText(minerId, 64)
                || metric == null
                || !metric.matches("[a-z][a-z0-9_]{0,31}")
                || severity == null
                || !severity.matches("[a-z]{1,16}")) {
            return "miner_id, metric and severity must be given, with at most 64, 32 and 16 characters.";
        }
        if (!isNumber(threshold) || !isNumber(worst)) {
            return "threshold and worst must be given, with at most 12 digits before the decimal point and 20 after.";
        }
        if (startedAt == null || endedAt == null || !isStorable(startedAt) || endedAt.isBefore(startedAt)) {
            return "started_at and ended_at must be given, since the year 2000 and in this order.";
        }
        if (endedAt.isAfter(now.plus(CLOCK_TOLERANCE))) {
            return "ended_at is more than 5 minutes ahead; check the sender's clock.";
        }
        boolean excuse = (excuseReason == null || isText(excuseReason, 2_000))
                && (excusedBy == null || isText(excusedBy, 128))
                && (excusedAt == null || isStorable(excusedAt));
        if (!excuse) {
            return "excuse_reason and excused_by may have at most 2000 and 128 characters, none of them NUL.";
        }
        return evidence == null ? null : evidence.fault();
    }

    /** A time that the database knows, of this millennium. */
    static boolean isStorable(@Nullable Instant time) {
        return time != null && !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
    }

    private static boolean isText(@Nullable String text, int most) {
        return text != null && !text.isEmpty() && text.length() <= most && text.matches("(?s)[^\\x00\\p{Cs}]*");
    }

    private static boolean isNumber(@Nullable BigDecimal number) {
        return number != null && number.abs().compareTo(MOST) < 0 && number.scale() <= MOST_DECIMALS;
    }
}
