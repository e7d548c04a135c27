package io.aitbc.benchmarks.prediction;

import java.util.Random;

/**
 * Two hours of one GPU: what it is, and what its sensors say. The body follows Newton's law of cooling: its temperature
 * approaches ambient + thermal resistance × power with a time constant of minutes. Faults raise the resistance.
 *
 * @param truth °C without noise, every {@value #STEP_SECONDS} s
 * @param celsius what the sensor says: noise, whole degrees, glitches
 * @param onset step at which a fault begins; beyond the end for none
 */
record Trace(Kind kind, double[] truth, double[] celsius, double[] watts, double[] corrected, int onset) {

    static final int STEP_SECONDS = 10;
    static final int STEPS = 2 * 3_600 / STEP_SECONDS;
    static final double CRITICAL = 85;
    private static final double BOARD_WATTS = 400;

    /** What happens in a trace. */
    enum Kind {
        /** Cooling gets worse and worse: a clogged filter, a failing pump. */
        RAMP,
        /** Cooling gets worse, ever more slowly, and stays below critical: half of a filter is clogged. */
        RAMP_THAT_SETTLES,
        /** Cooling gets much worse at once: a fan stops. */
        STEP,
        FLAT,
        /** Jobs come and go. */
        LOAD_CYCLES,
        /** Single wild values. */
        GLITCHES,
        /** Corrected memory errors come in bursts; it is no hotter for it. */
        ECC_BURSTS,
        /** One job starts on a cold GPU. */
        WARM_UP
    }

    /** The same seed gives the same trace. */
    static Trace of(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        Kind kind = Kind.values()[(int) Math.floorMod(seed, (long) Kind.values().length)];
        return new Made(kind, random).trace();
    }

    /** One trace in the making. */
    private static final class Made {
        private final Kind kind;
        private final Random random;
        private final double[] truth = new double[STEPS];
        private final double[] celsius = new double[STEPS];
        private final double[] watts = new double[STEPS];
        private final double[] corrected = new double[STEPS];
        private final double ambient;
        private final double resistance;
        private final double tauSteps;
        private final double sensorNoise;
        private final int onset;
        private final double growth;
        private final double most;
        private final int period;
        private final int settling;

        Made(Kind kind, Random random) {
            this.kind = kind;
            this.random = random;
            this.ambient = between(20, 32);
            this.tauSteps = between(120, 300) / STEP_SECONDS;
            this.sensorNoise = between(0.2, 0.8);
            double plateau = between(58, 74);
            this.resistance = (plateau - ambient) / (0.9 * BOARD_WATTS);
            boolean faulty = kind == Kind.RAMP || kind == Kind.RAMP_THAT_SETTLES || kind == Kind.STEP;
            this.onset = faulty ? minutes(between(25, 60)) : Integer.MAX_VALUE;
            this.growth = between(0.15, 1.2) / (plateau - ambient) * STEP_SECONDS / 60;
            double settles = kind == Kind.STEP
                    ? (random.nextBoolean() ? between(88, 110) : between(plateau + 3, 82))
                    : between(plateau + 3, 82);
            this.most = (settles - ambient) / (plateau - ambient);
            this.period = minutes(between(6, 40));
            this.settling = minutes(between(5, 25));
        }

        Trace trace() {
            double temperature = ambient + resistance * load(0) * (kind == Kind.WARM_UP ? 0.3 : 1);
            double errors = 0;
            for (int i = 0; i < STEPS; i++) {
                watts[i] = Math.max(0, load(i) + random.nextGaussian() * 4);
                double target = ambient + resistance * factor(i) * watts[i];
                temperature += (target - temperature) / tauSteps;
                truth[i] = temperature;
                celsius[i] = Math.rint(temperature + random.nextGaussian() * sensorNoise);
                if (kind == Kind.GLITCHES && random.nextInt(40) == 0) {
                    celsius[i] = new double[] {0, 255 - 60, 120, 5}[random.nextInt(4)];
                }
                if (kind == Kind.ECC_BURSTS && random.nextInt(60) == 0) {
                    errors += random.nextInt(20);
                }
                corrected[i] = errors;
            }
            return new Trace(kind, truth, celsius, watts, corrected, onset);
        }

        private double factor(int i) {
            if (i < onset) {
                return 1;
            }
            return switch (kind) {
                case RAMP -> 1 + growth * (i - onset);
                case RAMP_THAT_SETTLES -> 1 + (most - 1) * (1 - Math.exp(-(i - onset) / (double) settling));
                case STEP -> most;
                default -> 1;
            };
        }

        private double load(int i) {
            return switch (kind) {
                case LOAD_CYCLES -> (i / (period / 2 + 1)) % 2 == 0 ? 0.9 * BOARD_WATTS : 0.25 * BOARD_WATTS;
                case WARM_UP -> i < minutes(30) ? 0.15 * BOARD_WATTS : 0.9 * BOARD_WATTS;
                default -> 0.9 * BOARD_WATTS;
            };
        }

        private double between(double low, double high) {
            return low + random.nextDouble() * (high - low);
        }

        private static int minutes(double minutes) {
            return (int) (minutes * 60 / STEP_SECONDS);
        }
    }

    /** Steps until the truth is critical; -1 when it never is within the trace. */
    int stepsToCritical(int from) {
        for (int i = from; i < STEPS; i++) {
            if (truth[i] >= CRITICAL) {
                return i - from;
            }
        }
        return -1;
    }
}
