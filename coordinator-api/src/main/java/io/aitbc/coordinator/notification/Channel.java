package io.aitbc.coordinator.notification;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** How a message travels. */
enum Channel {
    /** By SMTP. */
    @JsonProperty("email")
    EMAIL,
    /** To an incoming webhook of Slack, or of what understands the same. */
    @JsonProperty("slack")
    SLACK,
    /** To a webhook of Discord. */
    @JsonProperty("discord")
    DISCORD,
    /** As signed JSON to an address of the operator's. */
    @JsonProperty("webhook")
    WEBHOOK;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
