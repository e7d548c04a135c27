package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What is told is sent once, and its resolution once. */
class NotificationTest extends NotificationScene {

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private TransactionTemplate transaction;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private Notifications notifications;

    @Test
    void anEpisodeIsOneMessageAndItsResolutionAnother() {
        route("all", "{}");
        Answer opened = tell("capacity:1", "opened");
        assertThat(opened.status()).isEqualTo(202);
        assertThat(opened.body().path("deliveries").asInt()).isEqualTo(1);
        assertThat(opened.body().path("duplicate").asBoolean()).isFalse();
        Answer again = tell("capacity:1", "opened", ", \"text\": \"other words\"");
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.body().path("duplicate").asBoolean()).isTrue();
        assertThat(again.body().path("deliveries").asInt()).isZero();
        assertThat(again.body().path("notification_id")).isEqualTo(opened.body().path("notification_id"));
        assertThat(tell("capacity:1", "resolved").body().path("deliveries").asInt())
                .isEqualTo(1);
        assertThat(tell("capacity:1", "resolved").body().path("duplicate").asBoolean())
                .isTrue();
        sender().dispatch();
        assertThat(courier.headlines()).containsExactly("[HIGH] Pool is full", "[RESOLVED] Pool is full");
    }

    @Test
    void theSameToldByManyAtOnceIsSentOnce() throws Exception {
        route("all", "{}");
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String event = i % 2 == 0 ? "opened" : "resolved";
            calls.add(() -> {
                Answer answer = tell("capacity:race", event);
                while (answer.status() == 503) {
                    // On a slow machine others may take longer than anybody waits for them.
                    answer = tell("capacity:race", event);
                }
                return answer;
            });
        }
        ExecutorService pool = Executors.newFixedThreadPool(12);
        try {
            int told = 0;
            for (Future<Answer> call : pool.invokeAll(calls)) {
                Answer answer = call.get(60, TimeUnit.SECONDS);
                assertThat(answer.status()).isEqualTo(202);
                told += answer.body().path("duplicate").asBoolean() ? 0 : 1;
            }
            assertThat(told).isEqualTo(2);
        } finally {
            pool.shutdownNow();
        }
        sender().dispatch();
        // Whichever was first: both are sent, and the opening before its end.
        assertThat(courier.headlines()).containsExactly("[HIGH] Pool is full", "[RESOLVED] Pool is full");
    }

    @Test
    void aResolutionWithoutAnOpeningSendsNothingAndSaysSo() {
        route("all", "{}");
        Answer answer = tell("capacity:2", "resolved", ", \"email\": [\"ops@example.org\"]");
        assertThat(answer.body().path("deliveries").asInt()).isZero();
        assertThat(answer.body().path("note").asText())
                .isEqualTo("No opening of this episode is known, so its resolution is kept and nothing is sent.");
        assertThat(deliveries(null)).isEmpty();
    }

    @Test
    void anOpeningThatComesAfterItsResolutionIsToldWithItsEnd() {
        route("all", "{}");
        tell("capacity:3", "resolved", ", \"email\": [\"ops@example.org\"]");
        assertThat(tell("capacity:3", "opened").body().path("deliveries").asInt())
                .isEqualTo(3);
        queue.heedSettings(true, clock.instant());
        sender().dispatch();
        assertThat(courier.headlines())
                .containsExactlyInAnyOrder("[HIGH] Pool is full", "[RESOLVED] Pool is full", "[RESOLVED] Pool is full");
    }

    @Test
    void routesMatchBySeverityLabelsAndTenant() {
        route("high", "{\"severity\": [\"high\", \"critical\"]}");
        route("low", "{\"severity\": [\"info\"]}");
        route("labelled", "{\"labels\": {\"pool\": \"pool-1\", \"kind\": \"capacity\"}}");
        route("other-label", "{\"labels\": {\"pool\": \"pool-2\"}}");
        route("tenant", "{\"tenant_id\": \"acme\"}");
        route("other-tenant", "{\"tenant_id\": \"other\"}");
        tell("k", "opened", """
                , "labels": {"pool": "pool-1", "kind": "capacity", "more": "x"}, "tenant_id": "acme"
                """);
        assertThat(deliveries(null))
                .extracting(each -> each.path("route").asText())
                .containsExactlyInAnyOrder("high", "labelled", "tenant");
    }

    @Test
    void theResolutionGoesWhereTheOpeningWentWhateverItsSeverity() {
        route("critical", "{\"severity\": [\"high\"]}");
        tell("k", "opened", ", \"email\": [\"ops@example.org\"]");
        route("new", "{}");
        post(SERVICE, TELL, """
                {"key": "k", "event": "resolved", "severity": "info", "title": "Fine again",
                 "email": ["OPS@example.org", "boss@example.org"]}""");
        queue.heedSettings(true, clock.instant());
        sender().dispatch();
        assertThat(courier.letters().stream()
                        .filter(letter -> letter.notification().event() == EpisodeEvent.RESOLVED)
                        .map(letter -> letter.channel() + " " + letter.target()))
                .containsExactlyInAnyOrder(
                        "webhook https://localhost/critical?token=hush",
                        "email ops@example.org",
                        "email boss@example.org");
    }

    @Test
    void aRouteThatWantsNoResolutionsGetsNone() {
        put("quiet", """
                {"channel": "email", "target": "ops@example.org", "send_resolved": false}""");
        tell("k", "opened");
        assertThat(tell("k", "resolved").body().path("deliveries").asInt()).isZero();
        assertThat(tell("k", "resolved").body().path("duplicate").asBoolean()).isTrue();
    }

    @Test
    void aResolutionIsNotSentBeforeItsOpening() {
        route("all", "{}");
        tell("k", "opened");
        tell("k", "resolved");
        courier.will(new Outcome.Failed("The peer answered 500."));
        sender().dispatch();
        assertThat(courier.headlines()).containsExactly("[HIGH] Pool is full");
        courier.will(new Outcome.Delivered());
        clock.advance(java.time.Duration.ofMinutes(1));
        sender().dispatch();
        assertThat(courier.headlines())
                .containsExactly("[HIGH] Pool is full", "[HIGH] Pool is full", "[RESOLVED] Pool is full");
    }

    @Test
    void twoRoutesToTheSamePlaceAreOneMessage() {
        String body = "{\"channel\": \"email\", \"target\": \"ops@example.org\"}";
        put("a", body);
        put("b", body.replace("ops@", "OPS@"));
        assertThat(tell("k", "opened", ", \"email\": [\"ops@EXAMPLE.org\", \"two@example.org\"]")
                        .body()
                        .path("deliveries")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void ofTwoRoutesToTheSamePlaceTheOneThatWantsTheEndIsTaken() {
        put("a", "{\"channel\": \"email\", \"target\": \"ops@example.org\", \"send_resolved\": false}");
        put("b", "{\"channel\": \"email\", \"target\": \"ops@example.org\"}");
        assertThat(tell("k", "opened").body().path("deliveries").asInt()).isEqualTo(1);
        assertThat(tell("k", "resolved").body().path("deliveries").asInt()).isEqualTo(1);
    }

    @Test
    void nobodyWaitsLongForSomebodyElseWhoTellsTheSame() {
        Notification told = Samples.notification("t", "");
        transaction.executeWithoutResult(status -> {
            notifications.lock(List.of(told));
            assertThat(tell(told.key(), "opened").status()).isEqualTo(503);
        });
        assertThat(tell(told.key(), "opened").status()).isEqualTo(202);
    }

    @Test
    void withoutAServerMailWaitsAndEverybodyIsTold() {
        JsonNode told =
                tell("k", "opened", ", \"email\": [\"ops@example.org\"]").body();
        assertThat(told.path("note").asText())
                .isEqualTo(
                        "NOTIFY_SMTP_HOST is not set: e-mails (1) wait until it is set and the service started again.");
        JsonNode delivery = deliveries(DeliveryState.WAITING_FOR_SETTINGS).get(0);
        assertThat(delivery.path("last_error").asText()).startsWith("NOTIFY_SMTP_HOST is not set");
        sender().dispatch();
        assertThat(courier.letters()).isEmpty();

        // The service starts again with a server.
        assertThat(queue.heedSettings(true, clock.instant())).isEqualTo(1);
        sender().dispatch();
        assertThat(courier.letters()).hasSize(1);
        assertThat(queue.backlog()).isEqualTo(new DeliveryQueue.Backlog(0, 0, 0, null));
    }

    @Test
    void mailThatWasDueWaitsWhenTheServerIsTakenAway() {
        tell("k", "opened", ", \"email\": [\"ops@example.org\"]");
        queue.heedSettings(true, clock.instant());
        assertThat(queue.heedSettings(false, clock.instant())).isEqualTo(1);
        assertThat(deliveries(DeliveryState.WAITING_FOR_SETTINGS)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "{\"key\": \"k\", \"event\": \"closed\", \"severity\": \"high\", \"title\": \"t\"}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"fatal\", \"title\": \"t\"}",
                "{\"key\": \"k\", \"event\": \"OPENED\", \"severity\": \"high\", \"title\": \"t\"}",
                "{\"key\": \"k\", \"event\": \"opened\", \"title\": \"t\"}",
                "{\"key\": \"\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\"}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\\r\\nBcc: a@b\"}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\\u0000\"}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"\\uD83D\"}",
                "{\"key\": \"k\\n\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\"}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"text\": \"\\u0000\"}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"text\": \"\\u001b[2J\"}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"labels\": {\"a\": null}}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"labels\": {\" \": \"b\"}}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"labels\": {\"a\\n\": \"b\"}}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"email\": [null]}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"email\": [\"a@b, c@d\"]}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"email\": [\"a@b\\r\\nBcc: c@d\"]}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"occurred_at\": \"+10000-01-01T00:00:00Z\"}",
                "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"occurred_at\": \"noon\"}"
            })
    void whatIsNoNotificationIsRefused(String body) {
        Answer answer = post(SERVICE, TELL, body);
        assertThat(answer.status()).as(body).isIn(400, 422);
        assertThat(answer.response().headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(deliveries(null)).isEmpty();
    }

    @Test
    void whatIsTooLongIsRefusedAndAnUnknownWordNamed() {
        for (String field : new String[] {"key", "title", "text", "tenant_id"}) {
            String body =
                    "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\", \"%s\": \"%s\"}"
                            .formatted(field, "x".repeat(900_000));
            assertThat(post(SERVICE, TELL, body).status()).as(field).isEqualTo(422);
        }
        String address = "a.".repeat(200_000) + "a@" + "b.".repeat(200_000) + "c";
        assertThat(tell("k", "opened", ", \"email\": [\"" + address + "\"]").status())
                .isEqualTo(422);
        assertThat(tell("k", "closed").body().path("detail").asText())
                .isEqualTo("event must be one of opened, resolved.");
    }

    @Test
    void onlyServicesAndOperatorsTell() {
        String body = "{\"key\": \"k\", \"event\": \"opened\", \"severity\": \"high\", \"title\": \"t\"}";
        String tenantKey = keyOf(tenant());
        for (String path : new String[] {TELL, "/api/alerts/alertmanager"}) {
            assertThat(post("", path, body).status()).isEqualTo(401);
            assertThat(post(VIEWER, path, body).status()).isEqualTo(403);
            assertThat(post(tenantKey, path, body).status()).isEqualTo(403);
        }
        assertThat(post(OPERATOR, TELL, body).status()).isEqualTo(202);
    }

    @Test
    void whoToldWhatIsAuditedOnce() {
        String key = unique("audited");
        tell(key, "opened");
        tell(key, "opened");
        assertThat(jdbc.sql(
                                "SELECT after ->> 'title' FROM audit_log WHERE action = 'notification.accept' AND subject = ?")
                        .param(key)
                        .query(String.class)
                        .list())
                .containsExactly("Pool is full");
    }
}
