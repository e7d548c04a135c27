package io.aitbc.gpu.health;

import io.aitbc.gpu.rules.AlertRule;
import io.aitbc.gpu.rules.Condition;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has to be remembered of one GPU's earlier samples to judge the next: counters, and when an XID was last seen. */
final class Memory {

    private static final int SLOTS = 16;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final CompiledRules rules;
    private final double[] counters;
    private final @Nullable Increases[] increases;
    private final long[] seenAt;
    private final int[] seenXid;
    private double lastXid = Double.NaN;

    Memory(CompiledRules rules) {
        this.rules = rules;
        this.counters = new double[rules.size()];
        this.increases = new Increases[rules.size()];
        this.seenAt = new long[rules.size()];
        this.seenXid = new int[rules.size()];
        Arrays.fill(counters, Double.NaN);
        Arrays.fill(seenAt, NEVER);
    }

    /** Goes on under other rules with what the two have in common. */
    Memory(CompiledRules rules, Memory before) {
        this(rules);
        lastXid = before.lastXid;
        for (int i = 0; i < rules.size(); i++) {
            for (int j = 0; j < before.rules.size(); j++) {
                AlertRule here = rules.rules[i];
                AlertRule there = before.rules.rules[j];
                if (here.name().equals(there.name()) && CompiledRules.signal(here) == CompiledRules.signal(there)) {
                    counters[i] = before.counters[j];
                    increases[i] = before.increases[j];
                    seenAt[i] = before.seenAt[j];
                    seenXid[i] = before.seenXid[j];
                }
            }
        }
    }

    /**
     * Takes in the counters of a sample.
     *
     * @param sinceLast ms since the sample before
     */
    void take(GpuSample sample, long at, long sinceLast) {
        for (int i : rules.counting) {
            Condition.Increase increase = (Condition.Increase) rules.rules[i].when();
            double now = sample.value(increase.signal());
            if (Double.isNaN(now)) {
                continue;
            }
            double before = counters[i];
            counters[i] = now;
            // A counter that starts again says nothing of what was new: neither minus its past nor its whole value.
            if (now > before) {
                add(i, at, grown(now - before, sinceLast, increase.within().toMillis()));
            }
        }
    }

    /** What grew over a time longer than the window belongs to it in part, yet never not at all. */
    private static long grown(double by, long over, long within) {
        return over <= within ? (long) by : Math.max(1, (long) (by * within / over));
    }

    private void add(int rule, long at, long by) {
        Increases known = increases[rule];
        if (known == null) {
            known = new Increases();
            increases[rule] = known;
        }
        known.add(at, by);
    }

    long increase(int rule, long at, long within) {
        Increases known = increases[rule];
        if (known == null) {
            return 0;
        }
        long sum = known.sum(at - within);
        if (sum == 0) {
            increases[rule] = null;
        }
        return sum;
    }

    /** The XID of a sample if it is news: not the first that is read, for it may be old, and not the one before. */
    int newXid(GpuSample sample) {
        double now = sample.value(Signal.XID);
        double before = lastXid;
        if (!Double.isNaN(now)) {
            lastXid = now;
        }
        return Double.isNaN(now) || Double.isNaN(before) || now == before ? 0 : (int) now;
    }

    @Nullable
    Double counter(int rule) {
        return Double.isNaN(counters[rule]) ? null : counters[rule];
    }

    List<Long> increases(int rule) {
        Increases known = increases[rule];
        return known == null ? List.of() : known.pairs();
    }

    @Nullable
    Integer lastXid() {
        return Double.isNaN(lastXid) ? null : (int) lastXid;
    }

    void restore(@Nullable Integer xid) {
        lastXid = xid == null ? Double.NaN : xid;
    }

    void restore(int rule, HealthState.OfRule state) {
        counters[rule] = state.counter() == null ? Double.NaN : state.counter();
        List<Long> pairs = state.increases();
        for (int i = 0; i < pairs.size(); i += 2) {
            add(rule, pairs.get(i), pairs.get(i + 1));
        }
        if (state.xidAt() != null) {
            seen(rule, state.xidAt().toEpochMilli(), state.xid());
        }
    }

    @Nullable
    Instant seenAt(int rule) {
        return seenAt[rule] == NEVER ? null : Instant.ofEpochMilli(seenAt[rule]);
    }

    int seenXid(int rule) {
        return seenXid[rule];
    }

    void seen(int rule, long at, int xid) {
        seenAt[rule] = Math.max(seenAt[rule], at);
        seenXid[rule] = xid;
    }

    long lastSeen(int rule) {
        return seenAt[rule];
    }

    double lastXid(int rule) {
        return seenAt[rule] == NEVER ? Double.NaN : seenXid[rule];
    }

    /** The latest increases of one counter; when there are more than fit, the two oldest count as one. */
    private static final class Increases {
        private final long[] at = new long[SLOTS];
        private final long[] by = new long[SLOTS];
        private int size;

        void add(long when, long much) {
            if (size == SLOTS) {
                by[1] += by[0];
                System.arraycopy(at, 1, at, 0, SLOTS - 1);
                System.arraycopy(by, 1, by, 0, SLOTS - 1);
                size--;
            }
            at[size] = when;
            by[size++] = much;
        }

        List<Long> pairs() {
            List<Long> pairs = new ArrayList<>(2 * size);
            for (int i = 0; i < size; i++) {
                pairs.add(at[i]);
                pairs.add(by[i]);
            }
            return pairs;
        }

        /** What came after an instant. */
        long sum(long after) {
            long sum = 0;
            for (int i = size - 1; i >= 0 && at[i] > after; i--) {
                sum += by[i];
            }
            return sum;
        }
    }
}
