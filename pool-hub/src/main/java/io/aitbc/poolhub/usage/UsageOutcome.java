package io.aitbc.poolhub.usage;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why time was used without the work coming to a good end; which of it is billed is the price plan's to say. */
public enum UsageOutcome {
    /** The machine or its owner failed. */
    PROVIDER_FAULT,
    /** The work failed by itself. */
    USER_ERROR,
    /** The pool took the GPUs back, and what was done since the last save is lost. */
    PREEMPTED;

    /** As the coordinator is told. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable UsageOutcome of(@Nullable String word) {
        return word == null ? null : valueOf(word.toUpperCase(Locale.ROOT));
    }
}
