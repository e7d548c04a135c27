package io.aitbc.monitoring.target;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Prometheus scrapes, as it says itself: its active targets by session, job and address. */
record Sightings(Map<Sightings.Key, Sighting> byAddress) {

    record Key(String sessionId, String jobName, String instance) {}

    /** Nothing is known. */
    static final Sightings NONE = new Sightings(Map.of());

    Sightings {
        byAddress = Map.copyOf(byAddress);
    }

    /** @param targets the data of {@code /api/v1/targets} */
    static Sightings of(JsonNode targets) {
        Map<Key, Sighting> found = new HashMap<>();
        for (JsonNode target : targets.path("activeTargets")) {
            JsonNode labels = target.path("labels");
            // The address that was asked for: a rule of the user's may have changed the label instance.
            String address = target.path("discoveredLabels").path("__address__").asText();
            found.put(
                    new Key(
                            labels.path("session_id").asText(),
                            labels.path("job").asText(),
                            address),
                    sighting(address, target));
        }
        return new Sightings(found);
    }

    private static Sighting sighting(String address, JsonNode target) {
        String error = target.path("lastError").asText();
        Instant at = time(target.path("lastScrape").asText());
        Health health = switch (target.path("health").asText()) {
            case "up" -> Health.UP;
            case "down" -> Health.DOWN;
            default -> Health.UNKNOWN;
        };
        return new Sighting(address, health, error.isEmpty() ? null : error, at);
    }

    /** Prometheus writes the year 1 where it has not scraped. */
    private static @Nullable Instant time(String text) {
        try {
            Instant read = java.time.OffsetDateTime.parse(text).toInstant();
            return read.isBefore(Instant.EPOCH) ? null : read;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** How it finds each address of a target. */
    List<Sighting> of(Target target) {
        return target.targets().stream()
                .map(address -> byAddress.getOrDefault(
                        new Key(target.sessionId(), target.jobName(), address), Sighting.unknown(address)))
                .toList();
    }

    /** Whether each address of a target is up. */
    boolean areAllUp(Target target) {
        return of(target).stream().allMatch(sighting -> sighting.health() == Health.UP);
    }
}
