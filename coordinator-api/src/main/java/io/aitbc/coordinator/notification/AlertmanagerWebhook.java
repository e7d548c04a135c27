package io.aitbc.coordinator.notification;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.aitbc.service.web.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What Alertmanager posts to a webhook receiver, in its version 4. What an alert says is cut and cleaned to fit, never refused:
 * Alertmanager would not send it again.
 *
 * @param truncatedAlerts how many alerts Alertmanager left out
 * @see <a href="https://prometheus.io/docs/alerting/latest/configuration/#webhook_config">webhook_config</a>
 */
record AlertmanagerWebhook(
        @NotNull @Pattern(regexp = "4", message = "must be \"4\"")
        String version,

        @Nullable @JsonProperty("groupKey") String groupKey,
        @Nullable @JsonProperty("truncatedAlerts") Long truncatedAlerts,
        @NotNull @Valid @Size(max = MOST_ALERTS) List<@NotNull Alert> alerts) {

    /** More are refused; Alertmanager's {@code max_alerts} keeps a group below it. */
    static final int MOST_ALERTS = 10_000;

    private static final Instant YEAR_1970 = Instant.EPOCH;
    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

    /** How an alert stands. */
    enum Status {
        @JsonProperty("firing")
        FIRING,
        @JsonProperty("resolved")
        RESOLVED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One alert.
     *
     * @param fingerprint of its labels
     */
    record Alert(
            @NotNull Status status,
            @Nullable Map<String, @Nullable String> labels,
            @Nullable Map<String, @Nullable String> annotations,
            @NotNull @JsonProperty("startsAt") Instant startsAt,
            @Nullable @JsonProperty("endsAt") Instant endsAt,
            @Nullable @JsonProperty("generatorURL") String generatorUrl,

            @NotNull @Pattern(regexp = "[A-Za-z0-9_-]{1,64}", message = "must be 1 to 64 letters and digits")
            String fingerprint) {

        Notification read(UUID id) {
            if (startsAt.isBefore(YEAR_1970) || !startsAt.isBefore(YEAR_10000)) {
                throw Problem.unprocessable("invalid-request", "startsAt must be of the years 1970 to 9999.");
            }
            AlertWords words = AlertWords.of(labels, annotations, generatorUrl);
            return new Notification(
                    id,
                    Source.ALERTMANAGER,
                    AlertEpisode.key(fingerprint, startsAt),
                    status == Status.FIRING ? EpisodeEvent.OPENED : EpisodeEvent.RESOLVED,
                    words.severity(),
                    words.title(),
                    words.text(),
                    words.labels(),
                    words.tenantId(),
                    List.of(),
                    occurredAt());
        }

        private Instant occurredAt() {
            if (status == Status.FIRING || endsAt == null) {
                return startsAt;
            }
            return endsAt.isAfter(startsAt) && endsAt.isBefore(YEAR_10000) ? endsAt : startsAt;
        }
    }

    /** What the audit log calls it. */
    String subject() {
        return groupKey == null || groupKey.isBlank() ? "no group" : Texts.line(groupKey, 256);
    }

    /** How many alerts are missing from it. */
    long left() {
        return truncatedAlerts == null ? 0 : Math.max(0, truncatedAlerts);
    }

    List<Notification> read(Supplier<UUID> ids) {
        return alerts.stream().map(alert -> alert.read(ids.get())).toList();
    }
}
