package io.aitbc.poolhub.usage;

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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends usage to the coordinator until it is acknowledged.
 *
 * <p>A batch is locked while it is on its way: another replica passes over it, and a kill releases it unsent or sent. Sending
 * twice is harmless, because the coordinator knows every event by its id. Only the coordinator's verdict on an event parks it;
 * whatever else goes wrong puts it off.
 */
class BillingSync {

    private static final Logger LOG = LoggerFactory.getLogger(BillingSync.class);
    private static final int LARGEST_BATCH = 1_000;
    /** How long a batch may be halved: its rows are locked meanwhile. */
    private static final Duration LONGEST_SPLIT = Duration.ofSeconds(60);

    private static final Duration TURN = Duration.ofSeconds(30);

    /** What one sync did; {@code away} says why it ended before everything was sent. */
    record Summary(
            int sent,
            int accepted,
            int duplicates,
            int parked,
            @Nullable CoordinatorAway away) {
        static final Summary NOTHING = new Summary(0, 0, 0, 0, null);

        Summary plus(Summary more) {
            return new Summary(
                    sent + more.sent,
                    accepted + more.accepted,
                    duplicates + more.duplicates,
                    parked + more.parked,
                    more.away);
        }
    }

    private final Outbox outbox;
    private final CoordinatorClient coordinator;
    private final CoordinatorSettings settings;
    private final ObjectMapper json;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final BooleanSupplier contradicted;
    private final ReentrantLock turn = new ReentrantLock();

    BillingSync(
            Outbox outbox,
            CoordinatorClient coordinator,
            CoordinatorSettings settings,
            ObjectMapper json,
            TransactionTemplate transaction,
            Clock clock,
            BooleanSupplier contradicted) {
        this.outbox = outbox;
        this.coordinator = coordinator;
        this.settings = settings;
        this.json = json;
        this.transaction = transaction;
        this.clock = clock;
        this.contradicted = contradicted;
    }

    /** Sends all that the window names; waits for its turn when another sync of this process is under way. */
    Summary sync(Outbox.Window window) {
        try {
            if (!turn.tryLock(TURN.toSeconds(), TimeUnit.SECONDS)) {
                return new Summary(0, 0, 0, 0, new CoordinatorAway("Another sync is under way.", TURN));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Summary(0, 0, 0, 0, new CoordinatorAway("This hub is stopping.", e));
        }
        try {
            return drain(window);
        } finally {
            turn.unlock();
        }
    }

    private Summary drain(Outbox.Window window) {
        Summary total = Summary.NOTHING;
        while (!Thread.currentThread().isInterrupted()) {
            Summary batch = Objects.requireNonNull(transaction.execute(status -> oneBatch(window)));
            total = total.plus(batch);
            if (batch.away() != null) {
                LOG.warn("Usage waits: {}", batch.away().sentence());
                return total;
            }
            if (batch.sent() == 0) {
                tellWatermark(window);
                return total;
            }
        }
        return total;
    }

    private Summary oneBatch(Outbox.Window window) {
        Instant now = clock.instant();
        List<PendingEvent> batch = outbox.claim(window, now, LARGEST_BATCH);
        return batch.isEmpty() ? Summary.NOTHING : send(batch, now, System.nanoTime());
    }

    private Summary send(List<PendingEvent> batch, Instant now, long since) {
        if (System.nanoTime() - since > LONGEST_SPLIT.toNanos()) {
            return Summary.NOTHING; // What is left stays as it is; the next batch begins with it.
        }
        try {
            CoordinatorClient.Answer answer = coordinator.send("/api/billing/usage", body(batch));
            if (answer.status() == 200) {
                return settle(batch, answer.body(), now);
            }
            if (answer.status() == 400 || answer.status() == 413) {
                return split(batch, answer, now, since);
            }
            throw new CoordinatorAway(
                    "The coordinator answered with status " + answer.status()
                            + (answer.status() == 401 || answer.status() == 403 ? "; check COORDINATOR_API_KEY." : "."),
                    answer.retryAfter());
        } catch (CoordinatorAway away) {
            outbox.putOff(batch.stream().map(PendingEvent::key).toList(), now, away.sentence());
            return new Summary(0, 0, 0, 0, away);
        }
    }

    private byte[] body(List<PendingEvent> batch) {
        try {
            return json.writeValueAsBytes(
                    batch.stream().map(event -> event.from(settings.poolId())).toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("usage cannot be written as JSON", e);
        }
    }

    /** The coordinator cannot take the batch as a whole: halves find the event that it is about. */
    private Summary split(List<PendingEvent> batch, CoordinatorClient.Answer answer, Instant now, long since) {
        if (batch.size() == 1) {
            String error = "HTTP " + answer.status() + ": " + CoordinatorClient.text(answer.body());
            outbox.settle(List.of(new Outbox.Verdict(batch.get(0).key(), error)), now);
            return new Summary(1, 0, 0, 1, null);
        }
        Summary first = send(batch.subList(0, batch.size() / 2), now, since);
        return first.away() == null
                ? first.plus(send(batch.subList(batch.size() / 2, batch.size()), now, since))
                : first;
    }

    private Summary settle(List<PendingEvent> batch, byte[] body, Instant now) throws CoordinatorAway {
        JsonNode results = results(body);
        if (results.size() != batch.size()) {
            throw unclear("judged " + results.size() + " of " + batch.size() + " events");
        }
        int accepted = 0;
        int duplicates = 0;
        int parked = 0;
        List<Outbox.Verdict> verdicts = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            JsonNode result = results.get(i);
            PendingEvent event = batch.get(i);
            if (result.path("index").asInt(-1) != i
                    || !event.eventId()
                            .toString()
                            .equals(result.path("event_id").asText())) {
                throw unclear("judged other events than were sent");
            }
            switch (result.path("verdict").asText()) {
                case "ACCEPTED" -> accepted++;
                case "DUPLICATE" -> duplicates++;
                case "CONFLICT", "REJECTED" -> parked++;
                default -> throw unclear("gave a verdict that is none");
            }
            verdicts.add(new Outbox.Verdict(event.key(), error(result)));
        }
        outbox.settle(verdicts, now);
        return new Summary(batch.size(), accepted, duplicates, parked, null);
    }

    private static @Nullable String error(JsonNode result) {
        String verdict = result.path("verdict").asText();
        return verdict.equals("CONFLICT") || verdict.equals("REJECTED")
                ? (verdict + " " + result.path("code").asText("") + ": "
                        + result.path("detail").asText(""))
                : null;
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
        return new CoordinatorAway("The coordinator " + what + "; the events are sent again.", CoordinatorAway.SOON);
    }

    /**
     * Everything up to now was sent: the coordinator may say so on its drafts, and finalize them. Not while both ledgers contradict
     * each other: then it is not so, whatever was acknowledged.
     */
    private void tellWatermark(Outbox.Window window) {
        if (window.minerId() != null
                || window.since() != null
                || window.again()
                || contradicted.getAsBoolean()
                || outbox.backlog().pending() > 0) {
            return;
        }
        Instant through = clock.instant().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
        try {
            CoordinatorClient.Answer answer = coordinator.send(
                    "/api/billing/watermarks",
                    json.writeValueAsBytes(Map.of("source", settings.poolId(), "complete_through", through)));
            if (answer.status() / 100 != 2) {
                LOG.info("The watermark was not taken: status {}", answer.status());
            }
        } catch (IOException e) {
            LOG.info("The watermark was not taken: {}", e.toString());
        }
    }
}
