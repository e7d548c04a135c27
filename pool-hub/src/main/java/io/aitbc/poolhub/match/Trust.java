package io.aitbc.poolhub.match;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a miner can be trusted to finish work: the mean of a Beta posterior over its outcomes, with a prior of two
 * successes and two failures, so that a newcomer is at 0.5 and nobody at 0 or 1. Outcomes lose half their weight every seven
 * days (exponential forgetting; Jøsang and Ismail, "The Beta Reputation System", 2002).
 *
 * @param successes decayed count as of {@code at}
 * @param failures decayed count as of {@code at}
 */
record Trust(double successes, double failures, @Nullable Instant at) {

    static final Duration HALF_LIFE = Duration.ofDays(7);
    private static final double PRIOR = 2;

    /** 0..1, never either. */
    double meanAt(Instant now) {
        double weight = decayUntil(now);
        return (PRIOR + successes * weight) / (2 * PRIOR + (successes + failures) * weight);
    }

    /** After one more outcome. */
    Trust after(boolean success, Instant now) {
        double weight = decayUntil(now);
        return new Trust(successes * weight + (success ? 1 : 0), failures * weight + (success ? 0 : 1), now);
    }

    private double decayUntil(Instant now) {
        if (at == null || !now.isAfter(at)) {
            return 1;
        }
        double halfLives = (double) Duration.between(at, now).toMillis() / HALF_LIFE.toMillis();
        return Math.pow(0.5, halfLives);
    }
}
