package io.aitbc.gpu.health;

import io.aitbc.gpu.rules.AlertRule;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How each rule stands for one GPU; the entries of the arrays are those of the rules. */
final class Phases {

    final CompiledRules rules;
    /** The last alert, open or resolved. */
    final @Nullable Alert[] alerts;
    /** Whether the condition holds, but not yet for long enough. */
    final boolean[] pending;
    /** How the condition stood in the last sample. */
    final byte[] status;
    /** ms that the condition held while pending, or was gone while open. */
    final long[] credit;
    /** When it began to hold, ms. */
    final long[] since;

    Phases(CompiledRules rules) {
        this.rules = rules;
        this.alerts = new Alert[rules.size()];
        this.pending = new boolean[rules.size()];
        this.status = new byte[rules.size()];
        this.credit = new long[rules.size()];
        this.since = new long[rules.size()];
        Arrays.fill(status, CompiledRules.UNKNOWN);
    }

    /** Goes on under other rules with what the two have in common, by name. */
    Phases(CompiledRules rules, Phases before) {
        this(rules);
        for (int i = 0; i < rules.size(); i++) {
            int j = before.index(rules.rules[i].name());
            if (j >= 0) {
                alerts[i] = before.alerts[j];
                pending[i] = before.pending[j];
                status[i] = before.status[j];
                credit[i] = before.credit[j];
                since[i] = before.since[j];
            }
        }
    }

    /** The place of a rule; -1 when there is none of that name. */
    int index(String name) {
        AlertRule[] all = rules.rules;
        for (int i = 0; i < all.length; i++) {
            if (all[i].name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    List<Alert> open() {
        return Arrays.stream(alerts)
                .filter(alert -> alert != null && alert.isOpen())
                .map(Objects::requireNonNull)
                .toList();
    }

    List<String> pendingRules() {
        return IntStream.range(0, pending.length)
                .filter(i -> pending[i])
                .mapToObj(i -> rules.rules[i].name())
                .toList();
    }

    boolean isOpen(int rule) {
        Alert alert = alerts[rule];
        return alert != null && alert.isOpen();
    }
}
