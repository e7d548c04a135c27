package io.aitbc.agent.simulation;

import java.time.Duration;
import java.util.Random;

/**
 * Chance that a seed decides: {@link Random}'s sequence is part of its specification and {@link StrictMath} gives the
 * same bits everywhere, so the same seed makes the same fleet on every machine.
 */
final class Chance {

    private final Random random;

    private Chance(long seed) {
        this.random = new Random(seed);
    }

    /** A stream of its own for each use, so that one more miner or one more draw changes nothing elsewhere. */
    static Chance of(long seed, String use, int number) {
        long mixed = seed * 0x9E3779B97F4A7C15L + use.hashCode();
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L + number;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return new Chance(mixed ^ (mixed >>> 31));
    }

    boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    /** Both ends included. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    <T> T oneOf(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** In whole seconds, both ends included. */
    Duration between(Duration least, Duration most) {
        return Duration.ofSeconds(
                least.toSeconds() + (long) (random.nextDouble() * (most.toSeconds() - least.toSeconds() + 1)));
    }

    /** The wait for something that comes at this mean rate, never under a second. */
    Duration waitFor(Duration mean) {
        double wait = -StrictMath.log(1 - random.nextDouble()) * mean.toMillis();
        return Duration.ofMillis(Math.max(1000, Math.round(wait)));
    }

    /** About this many milliseconds, with the long tail that answers over a network have. */
    double latency(double typical) {
        double millis = typical * StrictMath.exp(0.2 * random.nextGaussian());
        return Math.round(millis * 10) / 10.0;
    }

    /** How long a job takes: from ten minutes to four hours, short ones being the most. */
    Duration jobLength() {
        double minutes = 10 * StrictMath.pow(24, random.nextDouble());
        return Duration.ofSeconds(Math.round(minutes * 60));
    }
}
