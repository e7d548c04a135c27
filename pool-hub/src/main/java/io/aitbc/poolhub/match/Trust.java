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

    /**
     * With one more outcome, of {@code when}. One that is older than what is known comes in with the weight that it has left
     * by then, so that the order in which outcomes become known does not matter.
     */
    Trust after(boolean success, Instant when) {
        if (at == null || successes + failures == 0) {
            return new Trust(success ? 1 : 0, success ? 0 : 1, when);
        }
        if (when.isBefore(at)) {
            double weight = decay(when, at);
            return new Trust(successes + (success ? weight : 0), failures + (success ? 0 : weight), at);
        }
        double weight = decay(at, when);
        return new Trust(successes * weight + (success ? 1 : 0), failures * weight + (success ? 0 : 1), when);
    }

    private double decayUntil(Instant now) {
        return at == null || !now.isAfter(at) ? 1 : decay(at, now);
    }

    private static double decay(Instant from, Instant to) {
        return Math.pow(0.5, (double) Duration.between(from, to).toMillis() / HALF_LIFE.toMillis());
    }
}
