package io.aitbc.coordinator.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What a quota does. */
enum QuotaMode {
    /** Refuses a job that might go beyond it. */
    @JsonProperty("hard")
    HARD,
    /** Lets it through, and warns. */
    @JsonProperty("soft")
    SOFT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
