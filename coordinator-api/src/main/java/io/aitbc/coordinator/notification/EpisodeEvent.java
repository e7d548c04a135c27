package io.aitbc.coordinator.notification;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What is told of an episode. */
enum EpisodeEvent {
    /** It has begun. */
    @JsonProperty("opened")
    OPENED,
    /** It is over. */
    @JsonProperty("resolved")
    RESOLVED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
