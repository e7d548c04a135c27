package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Outcome;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How outcomes are written in events. */
final class Outcomes {

    private static final String WENT_WELL = "completed";
    private static final Map<String, Outcome> BY_NAME = new TreeMap<>();

    static {
        for (Outcome outcome : Outcome.values()) {
            BY_NAME.put(outcome.name().toLowerCase(Locale.ROOT), outcome);
        }
    }

    /** Every word that may be sent. */
    static final String KNOWN = WENT_WELL + ", " + String.join(", ", BY_NAME.keySet());

    private Outcomes() {}

    static boolean isKnown(@Nullable String sent) {
        return sent == null || sent.equals(WENT_WELL) || BY_NAME.containsKey(sent);
    }

    /** The outcome that a known word means; null where the work went well. */
    static @Nullable Outcome ofSent(@Nullable String sent) {
        return sent == null ? null : BY_NAME.get(sent);
    }
}
