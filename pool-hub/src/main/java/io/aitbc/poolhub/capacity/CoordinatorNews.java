package io.aitbc.poolhub.capacity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.poolhub.coordinator.CoordinatorClient;
import io.aitbc.poolhub.coordinator.CoordinatorClient.CoordinatorAway;
import io.aitbc.poolhub.coordinator.CoordinatorSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Sends to the coordinator what it does not have yet, until it has it: snapshots, and when capacity runs short. All of it may be sent twice. */
@Component
class CoordinatorNews {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorNews.class);
    private static final int LARGEST_BATCH = 500;

    private final SnapshotBook book;
    private final AlertEpisodes episodes;
    private final CoordinatorClient coordinator;
    private final CoordinatorSettings settings;
    private final ObjectMapper json;
    private final Clock clock;

    CoordinatorNews(
            SnapshotBook book,
            AlertEpisodes episodes,
            CoordinatorClient coordinator,
            CoordinatorSettings settings,
            ObjectMapper json,
            Clock clock) {
        this.book = book;
        this.episodes = episodes;
        this.coordinator = coordinator;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT5S", initialDelayString = "PT8S")
    @SchedulerLock(name = "capacity-news", lockAtMostFor = "PT3M")
    public void tell() {
        try {
            boolean more = true;
            while (more && !Thread.currentThread().isInterrupted()) {
                List<CapacitySnapshot> batch = book.unsent(LARGEST_BATCH);
                more = !batch.isEmpty() && send(batch);
            }
            for (AlertEpisode episode : episodes.untold(clock.instant(), LARGEST_BATCH)) {
                tell(episode);
            }
        } catch (CoordinatorAway away) {
            LOG.info("Capacity news wait for the coordinator: {}", away.sentence());
        }
    }

    /** False when the coordinator cannot take any now. */
    private boolean send(List<CapacitySnapshot> batch) throws CoordinatorAway {
        CoordinatorClient.Answer answer = coordinator.send(
                "/api/capacity/snapshots", bytes(Map.of("pool_id", settings.poolId(), "snapshots", batch)));
        if (answer.status() == 200) {
            Map<UUID, String> refused = new HashMap<>();
            Set<UUID> later = new HashSet<>();
            read(answer, refused, later);
            book.settled(
                    refused,
                    ids(batch).stream().filter(id -> !later.contains(id)).toList(),
                    clock.instant());
            return later.isEmpty();
        }
        String said = "HTTP " + answer.status() + ": " + CoordinatorClient.text(answer.body());
        if ((answer.status() == 400 || answer.status() == 413) && batch.size() == 1) {
            book.settled(Map.of(batch.get(0).id(), said), ids(batch), clock.instant());
            return true;
        }
        if (answer.status() == 400 || answer.status() == 413) {
            int half = batch.size() / 2;
            return send(batch.subList(0, half)) && send(batch.subList(half, batch.size()));
        }
        LOG.warn("The coordinator does not take capacity snapshots: {}", said);
        return false;
    }

    /** What is refused for good, and what may be taken later: our clock is ahead of the coordinator's. */
    private void read(CoordinatorClient.Answer answer, Map<UUID, String> refused, Set<UUID> later)
            throws CoordinatorAway {
        try {
            for (JsonNode one : json.readTree(answer.body()).path("rejected")) {
                UUID id = UUID.fromString(one.path("id").asText());
                if (one.path("later").asBoolean()) {
                    later.add(id);
                } else {
                    refused.put(id, one.path("detail").asText());
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CoordinatorAway("The coordinator answered what is not understood.", e);
        }
    }

    private void tell(AlertEpisode episode) throws CoordinatorAway {
        Instant resolved = episode.resolvedAt();
        if (episode.openingToldAt() == null) {
            String error = notify(episode, "opened");
            episodes.openingTold(episode.id(), clock.instant(), error);
            if (error != null) {
                return;
            }
        }
        if (resolved != null) {
            String error = notify(episode, "resolved");
            episodes.resolutionTold(episode.id(), clock.instant(), error);
        }
    }

    /** Null when it was taken. */
    private @Nullable String notify(AlertEpisode episode, String event) throws CoordinatorAway {
        boolean opened = event.equals("opened");
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("key", "capacity:" + episode.poolId() + ":" + episode.id());
        body.put("event", event);
        body.put("severity", episode.openedPct() > 100 ? "critical" : "high");
        body.put("title", "Capacity of " + episode.poolId() + (opened ? " runs short" : " is enough again"));
        body.put("text", opened ? openingText(episode) : resolutionText(episode));
        body.put("labels", Map.of("pool_id", episode.poolId(), "alertname", "CapacityShort"));
        body.put("occurred_at", opened ? episode.openedAt() : episode.resolvedAt());
        if (episode.notificationEmail() != null) {
            body.put("email", List.of(episode.notificationEmail()));
        }
        CoordinatorClient.Answer answer = coordinator.send("/api/notifications", bytes(body));
        if (answer.status() / 100 == 2) {
            return null;
        }
        String said = "HTTP " + answer.status() + ": " + CoordinatorClient.text(answer.body());
        LOG.warn("Nobody could be told that capacity {}: {}", opened ? "runs short" : "is enough again", said);
        return said.length() > 500 ? said.substring(0, 500) : said;
    }

    private static String openingText(AlertEpisode episode) {
        return String.format(
                Locale.ROOT,
                "Since %s running and waiting work has taken %.0f %% of the slots that can work; the threshold is %.0f %%.",
                episode.openedAt(),
                Math.min(episode.openedPct(), 99_999),
                episode.thresholdPct());
    }

    private static String resolutionText(AlertEpisode episode) {
        return String.format(
                Locale.ROOT,
                "It lasted from %s to %s; at most %.0f %% of the slots were wanted.",
                episode.openedAt(),
                episode.resolvedAt(),
                Math.min(episode.peakPct(), 99_999));
    }

    private static List<UUID> ids(List<CapacitySnapshot> batch) {
        return batch.stream().map(CapacitySnapshot::id).toList();
    }

    private byte[] bytes(Object body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("capacity news cannot be written as JSON", e);
        }
    }
}
