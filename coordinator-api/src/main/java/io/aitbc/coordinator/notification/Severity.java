package io.aitbc.coordinator.notification;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** How bad it is. */
enum Severity {
    /** Good to know. */
    @JsonProperty("info")
    INFO,
    /** Somebody should look at it, this week. */
    @JsonProperty("warning")
    WARNING,
    /** Somebody should look at it today. */
    @JsonProperty("high")
    HIGH,
    /** Somebody should look at it now. */
    @JsonProperty("critical")
    CRITICAL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
