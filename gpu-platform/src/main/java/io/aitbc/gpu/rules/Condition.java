package io.aitbc.gpu.rules;

import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.time.Duration;
import java.util.Set;

/** What a rule looks at. */
public sealed interface Condition {

    /** What a level is a share of. */
    enum Base {
        /** Nothing: the level is in the unit of its signal. */
        NONE,
        /** The GPU's own memory, as the sample gives it. */
        MEMORY_TOTAL,
        /** The rated power of the board by the profile of its model; for unknown models the limit in the sample. */
        BOARD_POWER
    }

    /**
     * A gauge that is too high.
     *
     * @param inclusive whether the level itself counts
     * @param level in the unit of the signal, or as a share of the base
     * @param clearsAt at or below this the trouble is over; between the two nothing changes; below the level
     */
    record Level(Signal signal, Base base, boolean inclusive, double level, double clearsAt) implements Condition {
        public Level {
            if (signal.kind() != Signal.Kind.GAUGE) {
                throw new IllegalArgumentException(signal.wireName() + " is not a gauge and has no level");
            }
            if (!(clearsAt < level)) {
                throw new IllegalArgumentException("clears_at must be below the level " + level + ", was " + clearsAt);
            }
        }

        /** The same rule at another level, with the same distance to clear. */
        Level at(double otherLevel) {
            return new Level(signal, base, inclusive, otherLevel, otherLevel - (level - clearsAt));
        }
    }

    /**
     * A counter that grew: so many new ones within a time. What stood on it before the first sample is no news, and a
     * counter that starts again has not shrunk.
     *
     * @param within more than 0
     */
    record Increase(Signal signal, long atLeast, Duration within) implements Condition {
        public Increase {
            if (signal.kind() != Signal.Kind.COUNTER) {
                throw new IllegalArgumentException(signal.wireName() + " is not a counter and does not increase");
            }
            if (atLeast < 1) {
                throw new IllegalArgumentException("at_least must be 1 or more, was " + atLeast);
            }
            positive("within", within);
        }
    }

    /** Clocks held down for one of these reasons. */
    record Throttling(Set<ThrottleReason> reasons) implements Condition {
        public Throttling {
            reasons = Set.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("throttled_by must name at least one reason");
            }
        }
    }

    /** A flag that is set. */
    record Flag(Signal signal) implements Condition {
        public Flag {
            if (signal.kind() != Signal.Kind.FLAG) {
                throw new IllegalArgumentException(signal.wireName() + " is not a flag");
            }
        }
    }

    /**
     * An XID for which the {@link XidPolicy} says what the rule's own action is. Where the sample tells what the driver asks
     * for, that beats the table.
     *
     * @param within how long it counts after it was seen, more than 0
     */
    record Xid(Duration within) implements Condition {
        public Xid {
            positive("within", within);
        }
    }

    /**
     * Applications that die on one GPU although they are not alike: that is the GPU's fault, whatever the XID says. Jobs
     * that also died elsewhere do not count, for they carry their mistake with them.
     *
     * @param jobs how many, 2 or more
     * @param tenants of how many tenants, 1 or more
     * @param within more than 0
     */
    record XidOfManyJobs(int jobs, int tenants, Duration within) implements Condition {
        public XidOfManyJobs {
            if (jobs < 2 || tenants < 1 || tenants > jobs) {
                throw new IllegalArgumentException("xid_of_jobs must be 2 or more, and of_tenants within 1.." + jobs);
            }
            positive("within", within);
        }
    }

    /** The driver asks for a reset, a drain or a reboot. */
    record Recovery() implements Condition {}

    /** No telemetry for so long, by the clock of who watches. */
    record Silence(Duration longerThan) implements Condition {
        public Silence {
            positive("silent_for", longerThan);
        }
    }

    private static void positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be more than 0, was " + duration.toSeconds() + "s");
        }
    }
}
