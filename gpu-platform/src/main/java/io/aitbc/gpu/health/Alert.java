package io.aitbc.gpu.health;

import io.aitbc.gpu.rules.Action;
import io.aitbc.gpu.rules.AlertRule;
import io.aitbc.gpu.rules.Severity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One episode of trouble of one GPU: from when a rule's condition had held long enough until it was gone as long.
 *
 * @param id derived from GPU, rule and instant, so that the same episode found twice is the same alert
 * @param since when the condition began to hold
 * @param firedAt when it had held long enough
 * @param lastAt the last sample in which it held
 * @param resolvedAt null while it is open
 * @param worst the highest value of a gauge, the number of new errors, or the XID; null where there is no number
 * @param flaps how often it seemed over and was not
 * @param escalatedTo the rule of higher severity over the same signal that fired as well
 * @param shadow nothing is done about it
 */
public record Alert(
        UUID id,
        String gpuUuid,
        String rule,
        Severity severity,
        Action action,
        boolean shadow,
        Instant since,
        Instant firedAt,
        Instant lastAt,
        @Nullable Instant resolvedAt,
        @Nullable Double worst,
        int flaps,
        @Nullable String escalatedTo) {

    private static final Duration SAME_TROUBLE = Duration.ofMinutes(10);

    static Alert fired(String gpuUuid, AlertRule rule, Instant since, Instant at, double worst) {
        String fact = gpuUuid + '|' + rule.name() + '|' + at.toEpochMilli();
        return new Alert(
                UUID.nameUUIDFromBytes(fact.getBytes(StandardCharsets.UTF_8)),
                gpuUuid,
                rule.name(),
                rule.severity(),
                rule.action(),
                rule.shadow(),
                since,
                at,
                at,
                null,
                Double.isNaN(worst) ? null : worst,
                0,
                null);
    }

    /** Whether it is not over. */
    public boolean isOpen() {
        return resolvedAt == null;
    }

    /** Whether it has been over for so long (10 min) that trouble by the same rule is another alert. */
    boolean isLongOver(Instant at) {
        return resolvedAt != null && at.isAfter(resolvedAt.plus(SAME_TROUBLE));
    }

    Alert seen(Instant at, double value, int flapsNow) {
        return with(at, resolvedAt, worse(value), flapsNow, escalatedTo);
    }

    private @Nullable Double worse(double value) {
        if (Double.isNaN(value)) {
            return worst;
        }
        return worst == null || value > worst ? value : worst;
    }

    Alert resolved(Instant at) {
        return with(lastAt, at, worst, flaps, escalatedTo);
    }

    Alert reopened(Instant at, double value) {
        return with(at, null, worse(value), flaps + 1, escalatedTo);
    }

    Alert escalated(String to) {
        return with(lastAt, resolvedAt, worst, flaps, to);
    }

    private Alert with(
            Instant last,
            @Nullable Instant resolved,
            @Nullable Double highest,
            int flapsNow,
            @Nullable String escalated) {
        return new Alert(
                id, gpuUuid, rule, severity, action, shadow, since, firedAt, last, resolved, highest, flapsNow,
                escalated);
    }
}
