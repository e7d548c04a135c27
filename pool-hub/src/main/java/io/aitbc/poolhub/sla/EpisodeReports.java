package io.aitbc.poolhub.sla;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.coordinator.CoordinatorClient;
import io.aitbc.poolhub.coordinator.CoordinatorClient.CoordinatorAway;
import io.aitbc.poolhub.coordinator.CoordinatorSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Reports episodes that are over to the coordinator, until it has acknowledged them: credits follow from them. Reporting twice is
 * harmless, because the coordinator knows every episode by its id.
 */
@Component
class EpisodeReports {

    private static final Logger LOG = LoggerFactory.getLogger(EpisodeReports.class);
    private static final int LARGEST_BATCH = 500;
    /** What the coordinator refuses today it may take when its cause is mended. */
    private static final Duration REFUSED_UNTIL = Duration.ofHours(1);

    private final EpisodeOutbox outbox;
    private final CoordinatorClient coordinator;
    private final CoordinatorSettings settings;
    private final ObjectMapper json;
    private final Clock clock;

    EpisodeReports(
            EpisodeOutbox outbox,
            CoordinatorClient coordinator,
            CoordinatorSettings settings,
            ObjectMapper json,
            Clock clock) {
        this.outbox = outbox;
        this.coordinator = coordinator;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
    }

    /**
     * The lock outlasts nobody for longer than an interval: a hub that is killed while it reports must not hold the others up,
     * nor itself once it is back. Where reporting takes longer than that, another replica may report too.
     */
    @Scheduled(
            fixedDelayString = "#{${sla.report-interval-seconds} * 1000}",
            initialDelayString = "#{T(Math).min(${sla.report-interval-seconds}, 20) * 1000}")
    @SchedulerLock(name = "sla-episode-reports", lockAtMostFor = "#{${sla.report-interval-seconds} * 1000}")
    public void bySchedule() {
        try {
            List<ClosedEpisode> batch = outbox.unreported(clock.instant(), LARGEST_BATCH);
            while (!batch.isEmpty() && !Thread.currentThread().isInterrupted()) {
                send(batch);
                batch = outbox.unreported(clock.instant(), LARGEST_BATCH);
            }
        } catch (CoordinatorAway away) {
            LOG.info("Episodes wait for the coordinator: {}", away.sentence());
        }
    }

    private void send(List<ClosedEpisode> batch) throws CoordinatorAway {
        CoordinatorClient.Answer answer = coordinator.send("/api/billing/sla-episodes", body(batch));
        boolean refused = answer.status() == 400 || answer.status() == 413 || answer.status() == 422;
        if (answer.status() == 200) {
            settle(verdicts(batch, answer.body()));
        } else if (refused && batch.size() > 1) {
            // The coordinator cannot take the batch as a whole: halves find the episode that it is about.
            send(batch.subList(0, batch.size() / 2));
            send(batch.subList(batch.size() / 2, batch.size()));
        } else if (refused) {
            String error = "HTTP " + answer.status() + ": " + CoordinatorClient.text(answer.body());
            settle(List.of(new EpisodeOutbox.Verdict(batch.get(0), error)));
        } else {
            throw new CoordinatorAway(
                    "The coordinator answered with status " + answer.status()
                            + (answer.status() == 401 || answer.status() == 403 ? "; check COORDINATOR_API_KEY." : "."),
                    answer.retryAfter());
        }
    }

    private void settle(List<EpisodeOutbox.Verdict> verdicts) {
        Instant now = clock.instant();
        outbox.settle(verdicts, now, now.plus(REFUSED_UNTIL));
        verdicts.stream()
                .filter(verdict -> verdict.error() != null)
                .forEach(verdict -> LOG.warn(
                        "The coordinator does not take episode {}: {}",
                        verdict.sent().episodeId(),
                        verdict.error()));
    }

    private byte[] body(List<ClosedEpisode> batch) {
        try {
            return json.writeValueAsBytes(Map.of("source", settings.poolId(), "episodes", batch));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("episodes cannot be written as JSON", e);
        }
    }

    private List<EpisodeOutbox.Verdict> verdicts(List<ClosedEpisode> batch, byte[] body) throws CoordinatorAway {
        JsonNode results = results(body);
        if (results.size() != batch.size()) {
            throw unclear("judged " + results.size() + " of " + batch.size() + " episodes");
        }
        List<EpisodeOutbox.Verdict> verdicts = new ArrayList<>(batch.size());
        for (int index = 0; index < batch.size(); index++) {
            ClosedEpisode sent = batch.get(index);
            JsonNode result = results.get(index);
            if (!sent.episodeId().toString().equals(result.path("episode_id").asText())) {
                throw unclear("judged other episodes than were sent");
            }
            verdicts.add(new EpisodeOutbox.Verdict(sent, error(result)));
        }
        return verdicts;
    }

    private static @Nullable String error(JsonNode result) throws CoordinatorAway {
        return switch (result.path("verdict").asText()) {
            case "ACCEPTED", "DUPLICATE" -> null;
            case "REJECTED" -> "REJECTED: " + result.path("detail").asText();
            default -> throw unclear("gave a verdict that is none");
        };
    }

    private JsonNode results(byte[] body) throws CoordinatorAway {
        try {
            JsonNode results = json.readTree(body).path("results");
            if (results.isArray()) {
                return results;
            }
        } catch (IOException e) {
            throw unclear("gave no JSON");
        }
        throw unclear("gave no results");
    }

    private static CoordinatorAway unclear(String what) {
        return new CoordinatorAway("The coordinator " + what + "; the episodes are sent again.", CoordinatorAway.SOON);
    }
}
