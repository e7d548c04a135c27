package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;

/** The queue over failures, restarts, kills and several replicas. */
@Timeout(120)
class DeliverySenderTest extends NotificationScene {

    private static final Outcome BUSY = new Outcome.Failed("The peer answered 503.");

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private DeliverySchedule schedule;

    @Test
    void whatFailsIsTriedAgainAlsoAfterARestartUntilItIsDead() {
        route("all", "{}");
        tell("k", "opened");
        UUID id = UUID.fromString(deliveries(null).get(0).path("delivery_id").asText());
        courier.will(BUSY);
        for (int attempt = 1; attempt <= 10; attempt++) {
            // Each time a new one: nothing but the tables is remembered.
            sender().dispatch();
            sender().dispatch();
            JsonNode delivery = delivery(id);
            assertThat(courier.letters()).hasSize(attempt);
            assertThat(delivery.path("attempts").asInt()).isEqualTo(attempt);
            assertThat(delivery.path("state").asText()).isEqualTo(attempt < 10 ? "PENDING" : "DEAD");
            if (attempt < 10) {
                assertThat(delivery.path("last_error").asText()).isEqualTo("The peer answered 503.");
                clock.set(Instant.parse(delivery.path("next_attempt_at").asText()));
            }
        }
        assertThat(clock.instant()).isBetween(NOON.plus(Duration.ofHours(15)), NOON.plus(Duration.ofHours(30)));
        assertThat(delivery(id).path("last_error").asText())
                .isEqualTo("The peer answered 503. Given up after 10 attempts.");
        clock.advance(Duration.ofDays(30));
        sender().dispatch();
        assertThat(courier.letters()).hasSize(10);
        assertThat(queue.backlog().dead()).isEqualTo(1);

        courier.will(new Outcome.Delivered());
        Answer retried = post(OPERATOR, DELIVERIES + "/" + id + "/retry", "");
        assertThat(retried.body().path("state").asText()).isEqualTo("PENDING");
        sender().dispatch();
        assertThat(delivery(id).path("state").asText()).isEqualTo("SENT");
        assertThat(post(OPERATOR, DELIVERIES + "/" + id + "/retry", "").status())
                .isEqualTo(409);
    }

    @Test
    void whatAPeerRefusesIsDeadAtOnce() {
        route("all", "{}");
        tell("k", "opened");
        courier.will(new Outcome.Refused("The peer answered 410."));
        sender().dispatch();
        JsonNode delivery = deliveries(DeliveryState.DEAD).get(0);
        assertThat(delivery.path("attempts").asInt()).isEqualTo(1);
        assertThat(delivery.path("last_error").asText()).isEqualTo("The peer answered 410.");
    }

    @Test
    void whatAKilledReplicaHeldIsSentOnceItsLeaseEnds() {
        route("all", "{}");
        tell("k", "opened");
        List<Letter> killed = claim(10);
        assertThat(killed).hasSize(1);
        sender().dispatch();
        assertThat(courier.letters()).isEmpty();

        leasesEnd();
        sender().dispatch();
        assertThat(courier.letters()).hasSize(1);
        assertThat(courier.letters().get(0).attempts()).isEqualTo(2);
        assertThat(courier.letters().get(0).deliveryId())
                .isEqualTo(killed.get(0).deliveryId());

        // The one that was thought dead comes back: its lease is over, and it changes nothing.
        assertThat(queue.settle(killed.get(0), new DeliveryDecision.Dead("late"), clock.instant()))
                .isFalse();
        assertThat(deliveries(DeliveryState.SENT)).hasSize(1);
    }

    @Test
    void whatKillsItsSenderEachTimeComesToAnEnd() {
        route("all", "{}");
        tell("k", "opened");
        for (int i = 0; i < 10; i++) {
            assertThat(claim(1)).hasSize(1);
            leasesEnd();
        }
        sender().dispatch();
        assertThat(courier.letters()).isEmpty();
        assertThat(deliveries(DeliveryState.DEAD).get(0).path("last_error").asText())
                .isEqualTo("Each attempt was cut off by the end of this service.");
    }

    @Test
    void twoReplicasNeverSendTheSame() throws Exception {
        for (int route = 0; route < 5; route++) {
            route("r" + route, "{}");
        }
        for (int i = 0; i < 40; i++) {
            tell("k" + i, "opened", ", \"email\": [\"ops@example.org\"]");
        }
        queue.heedSettings(true, clock.instant());
        Map<UUID, AtomicInteger> carried = new ConcurrentHashMap<>();
        CountDownLatch all = new CountDownLatch(240);
        Courier counting = (letter, target) -> {
            carried.computeIfAbsent(letter.deliveryId(), id -> new AtomicInteger())
                    .incrementAndGet();
            all.countDown();
            return new Outcome.Delivered();
        };
        ExecutorService one = Executors.newFixedThreadPool(4);
        ExecutorService two = Executors.newFixedThreadPool(4);
        try {
            DeliverySender first = sender(counting, one);
            DeliverySender second = sender(counting, two);
            for (int i = 0; i < 10; i++) {
                first.dispatch();
                second.dispatch();
            }
            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            one.shutdown();
            two.shutdown();
            assertThat(one.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            assertThat(two.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(carried).hasSize(240);
        assertThat(carried.values()).allMatch(times -> times.get() == 1);
        assertThat(deliveries(null))
                .allMatch(each -> each.path("state").asText().equals("SENT"));
    }

    @Test
    void aPeerThatHangsHoldsUpOnlyItsOwn() throws Exception {
        put("hangs", """
                {"channel": "slack", "target": "https://localhost:1111/x", "matchers": {"labels": {"to": "hangs"}}}""");
        put("works", """
                {"channel": "slack", "target": "https://localhost:2222/x", "matchers": {"labels": {"to": "works"}}}""");
        for (int i = 0; i < 50; i++) {
            tell("h" + i, "opened", ", \"labels\": {\"to\": \"hangs\"}");
        }
        for (int i = 0; i < 50; i++) {
            tell("w" + i, "opened", ", \"labels\": {\"to\": \"works\"}");
        }
        CountDownLatch arrived = new CountDownLatch(50);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger hanging = new AtomicInteger();
        Courier courier = (letter, target) -> {
            if (target.contains("2222")) {
                arrived.countDown();
            } else {
                hanging.incrementAndGet();
                try {
                    assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return new Outcome.Delivered();
        };
        ExecutorService workers = Executors.newFixedThreadPool(DeliverySender.WORKERS);
        try {
            sender(courier, workers).dispatch();
            assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
            await().atMost(Duration.ofSeconds(30)).until(() -> hanging.get() >= DeliverySender.PER_PEER);
            assertThat(hanging).hasValue(DeliverySender.PER_PEER);
        } finally {
            end.countDown();
            workers.shutdown();
            assertThat(workers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aPeerThatAsksToBeLeftAloneIs() {
        route("all", "{}");
        for (int i = 0; i < DeliverySender.PER_PEER + 2; i++) {
            tell("k" + i, "opened");
        }
        courier.will(Outcome.Failed.throttled("The peer answered 429.", Duration.ofSeconds(5)));
        DeliverySender sender = sender();
        sender.dispatch();
        courier.will(new Outcome.Delivered());
        sender.dispatch();
        assertThat(courier.letters()).hasSize(DeliverySender.PER_PEER);
        clock.advance(Duration.ofSeconds(5));
        sender.dispatch();
        assertThat(deliveries(DeliveryState.SENT)).hasSize(2);
        clock.advance(Duration.ofMinutes(1));
        sender.dispatch();
        assertThat(deliveries(DeliveryState.SENT)).hasSize(DeliverySender.PER_PEER + 2);
    }

    @Test
    void whatWasClaimedWhileTheServiceStopsIsGivenBack() {
        route("all", "{}");
        tell("k", "opened");
        sender(courier, work -> {
                    throw new java.util.concurrent.RejectedExecutionException("stopping");
                })
                .dispatch();
        assertThat(courier.letters()).isEmpty();
        assertThat(deliveries(DeliveryState.PENDING).get(0).path("attempts").asInt())
                .isZero();
        sender().dispatch();
        assertThat(courier.letters()).hasSize(1);
    }

    @Test
    void aCourierThatBreaksIsAFailedAttempt() {
        route("all", "{}");
        tell("k", "opened");
        sender(
                        (letter, target) -> {
                            throw new IllegalStateException("a bug");
                        },
                        Runnable::run)
                .dispatch();
        assertThat(deliveries(DeliveryState.PENDING).get(0).path("last_error").asText())
                .isEqualTo("Something failed here; the log has it under the delivery's id.");
    }

    @Test
    void aDatabaseThatFailsOnceDoesNotStopItForEver() {
        route("all", "{}");
        tell("k", "opened");
        DeliverySender sender = sender();
        jdbc.sql("ALTER TABLE notification_deliveries RENAME TO away").update();
        try {
            assertThatThrownBy(sender::dispatch).isInstanceOf(DataAccessException.class);
        } finally {
            jdbc.sql("ALTER TABLE away RENAME TO notification_deliveries").update();
        }
        sender.dispatch();
        assertThat(courier.letters()).hasSize(1);
    }

    @Test
    void aPeersWordsThatCannotBeStoredAreCleaned() {
        route("all", "{}");
        tell("k", "opened");
        courier.will(new Outcome.Failed("a\u0000b\uD83D" + "x".repeat(5_000)));
        sender().dispatch();
        assertThat(deliveries(DeliveryState.PENDING).get(0).path("last_error").asText())
                .startsWith("a b")
                .hasSize(1_000);
    }

    @Test
    void deliveriesAreListedInPages() {
        for (int i = 0; i < 5; i++) {
            tell("k" + i, "opened", ", \"email\": [\"ops@example.org\"]");
        }
        Answer first = get(VIEWER, DELIVERIES + "?limit=2&state=WAITING_FOR_SETTINGS");
        assertThat(first.body().path("items")).hasSize(2);
        assertThat(first.response().headers().firstValue("Link")).isPresent();
        String cursor = first.body().path("next").asText();
        Answer second = get(VIEWER, DELIVERIES + "?limit=10&cursor=" + cursor);
        assertThat(second.body().path("items")).hasSize(3);
        assertThat(second.body().path("next").isNull()).isTrue();
        assertThat(get(VIEWER, DELIVERIES + "?state=LOST").body().path("detail").asText())
                .isEqualTo("state must be one of PENDING, WAITING_FOR_SETTINGS, SENT, DEAD.");
        assertThat(get(VIEWER, DELIVERIES + "/" + UUID.randomUUID()).status()).isEqualTo(404);
    }

    @Test
    void metersCountAndShow() {
        route("all", "{}");
        tell("k", "opened");
        courier.will(BUSY);
        sender().dispatch();
        clock.advance(Duration.ofMinutes(1));
        schedule.look();
        String metrics = get(VIEWER, "/actuator/prometheus").response().body();
        assertThat(metrics)
                .contains(
                        "coordinator_notifications_sent_total{channel=\"discord\"",
                        "coordinator_notifications_failed_total{channel=\"webhook\"",
                        "coordinator_notifications_pending 1.0",
                        "coordinator_notifications_dead 0.0",
                        "coordinator_notifications_waiting 0.0",
                        "coordinator_notifications_oldest_pending_age_seconds 60.0");
    }
}
