package io.aitbc.monitoring.target;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How Prometheus finds an address. */
enum Health {
    UP,
    DOWN,
    /** It was not scraped yet, or Prometheus does not say. */
    UNKNOWN;

    @JsonValue
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
