package io.aitbc.poolhub.job;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells the coordinator what becomes of its jobs, until it has acknowledged it. A batch is locked while it is on its way: another
 * replica passes over it, and a kill releases it. What arrives twice is known there by its id.
 */
@Component
class NewsSender {

    private static final Logger LOG = LoggerFactory.getLogger(NewsSender.class);
    private static final int LARGEST_BATCH = 500;
    private static final int LONGEST_REASON = 1_000;
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final Duration KEPT = Duration.ofDays(7);

    private final JobNews news;
    private final CoordinatorClient coordinator;
    private final CoordinatorSettings settings;
    private final ObjectMapper json;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private volatile Instant notBefore = Instant.MIN;

    NewsSender(
            JobNews news,
            @Qualifier("newsCoordinatorClient") CoordinatorClient coordinator,
            CoordinatorSettings settings,
            ObjectMapper json,
            TransactionTemplate transactions,
            Clock clock) {
        this.news = news;
        this.coordinator = coordinator;
        this.settings = settings;
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT0.3S", initialDelayString = "PT1S")
    void onSchedule() {
        if (clock.instant().isBefore(notBefore)) {
            return;
        }
        try {
            send();
        } catch (CoordinatorAway away) {
            notBefore = clock.instant().plus(PAUSE);
            LOG.info("News of jobs wait for the coordinator: {}", away.sentence());
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("News of jobs cannot be read now: {}", e.getMessage());
        }
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT5M")
    @SchedulerLock(name = "job-news-upkeep", lockAtMostFor = "PT10M")
    public void forget() {
        news.forget(clock.instant().minus(KEPT));
    }

    /**
     * Sends all that waits. Answers how many were settled.
     *
     * @throws CoordinatorAway when the coordinator cannot take them now; they wait
     */
    int send() throws CoordinatorAway {
        int sent = 0;
        int batch;
        do {
            Object result = Objects.requireNonNull(transactions.execute(status -> oneBatch()));
            if (result instanceof CoordinatorAway away) {
                throw away;
            }
            batch = (Integer) result;
            sent += batch;
        } while (batch == LARGEST_BATCH && !Thread.currentThread().isInterrupted());
        return sent;
    }

    /** How many were settled, or why none could be; what was settled before that stays settled. */
    private Object oneBatch() {
        List<JobNews.Item> batch = news.claim(settings.poolId(), LARGEST_BATCH);
        try {
            if (!batch.isEmpty()) {
                tell(batch);
            }
            return batch.size();
        } catch (CoordinatorAway away) {
            return away;
        }
    }

    private void tell(List<JobNews.Item> batch) throws CoordinatorAway {
        CoordinatorClient.Answer answer = coordinator.send("/api/jobs/events", bytes(batch));
        if (answer.status() == 200) {
            news.settle(batch, refused(batch, answer.body()), clock.instant());
            return;
        }
        String said = "HTTP " + answer.status() + ": " + CoordinatorClient.text(answer.body());
        if (answer.status() != 400 && answer.status() != 413) {
            throw new CoordinatorAway(said, answer.retryAfter());
        }
        if (batch.size() == 1) {
            news.settle(batch, Map.of(batch.get(0).eventId(), said), clock.instant());
            return;
        }
        // Halves find the one that it is about.
        tell(batch.subList(0, batch.size() / 2));
        tell(batch.subList(batch.size() / 2, batch.size()));
    }

    /** Those that the coordinator will never take, with its reason. */
    private Map<UUID, String> refused(List<JobNews.Item> batch, byte[] body) throws CoordinatorAway {
        JsonNode results;
        try {
            results = json.readTree(body).path("results");
        } catch (IOException e) {
            throw new CoordinatorAway("The coordinator gave no JSON.", e);
        }
        Map<UUID, String> refused = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            UUID id = batch.get(i).eventId();
            JsonNode result = results.path(i);
            if (!id.toString().equals(result.path("event_id").asText())) {
                throw new CoordinatorAway("The coordinator judged other news than were sent.", CoordinatorAway.SOON);
            }
            if (result.path("verdict").asText().equals("REJECTED")) {
                String reason = result.path("code").asText() + ": "
                        + result.path("detail").asText().replaceAll("[\\x00\\p{Cs}]", "?");
                refused.put(id, reason.substring(0, Math.min(LONGEST_REASON, reason.length())));
                LOG.warn(
                        "The coordinator does not take news of the job {}: {}",
                        batch.get(i).jobId(),
                        reason);
            }
        }
        return refused;
    }

    private byte[] bytes(List<JobNews.Item> batch) {
        try {
            return json.writeValueAsBytes(batch);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("news of jobs cannot be written as JSON", e);
        }
    }
}
