package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.service.security.Caller;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** Alertmanager's webhook: each alert is an episode. */
class AlertmanagerTest extends NotificationScene {

    private static final String ALERTS = "/api/alerts/alertmanager";

    @Autowired
    private NotificationIntake intake;

    @Autowired
    private TransactionTemplate transaction;

    @Test
    void firingAndResolvedAreOneMessageEachHoweverOftenTheyCome() {
        route("critical", "{\"severity\": [\"critical\"], \"labels\": {\"pool\": \"pool-1\"}}");
        JsonNode first = post(SERVICE, ALERTS, group(alert("firing", "a1"), alert("firing", "a2")))
                .body();
        assertThat(first.path("accepted").asInt()).isEqualTo(2);
        assertThat(first.path("deliveries").asInt()).isEqualTo(2);
        JsonNode again = post(SERVICE, ALERTS, group(alert("firing", "a1"), alert("firing", "a2")))
                .body();
        assertThat(again.path("accepted").asInt()).isZero();
        assertThat(again.path("duplicates").asInt()).isEqualTo(2);
        JsonNode over = post(SERVICE, ALERTS, group(alert("resolved", "a1"), alert("firing", "a2")))
                .body();
        assertThat(over.path("accepted").asInt()).isEqualTo(1);
        post(SERVICE, ALERTS, group(alert("resolved", "a1"), alert("resolved", "a1")));
        sender().dispatch();
        assertThat(courier.headlines())
                .containsExactly("[CRITICAL] Pool 1 is full", "[CRITICAL] Pool 1 is full", "[RESOLVED] Pool 1 is full");
        Notification told = courier.letters().get(0).notification();
        assertThat(told.key()).isEqualTo("a1:2026-04-22T09:30:00.123456789Z");
        assertThat(told.occurredAt()).isEqualTo("2026-04-22T09:30:00.123457Z");
        assertThat(told.tenantId()).isEqualTo("acme");
        assertThat(told.labels()).containsEntry("alertname", "PoolFull");
        assertThat(told.text())
                .isEqualTo(
                        "No GPU is free.\nReally.\n\nRunbook: https://example.org/runbook\n\nSource: http://prom/graph?g0");
        assertThat(courier.letters().get(2).notification().occurredAt()).isEqualTo("2026-04-22T10:00:00Z");
    }

    @Test
    void theSameAlertOfAnotherTimeIsAnotherEpisode() {
        route("all", "{}");
        post(SERVICE, ALERTS, group(alert("firing", "a1")));
        // The end of the first was lost, for example because it was silenced; or it was not.
        post(SERVICE, ALERTS, group(alert("firing", "a1").replace("09:30:00.123456789Z", "13:30:00+02:00")));
        assertThat(deliveries(null)).hasSize(2);
        post(SERVICE, ALERTS, group(alert("resolved", "a1").replace("09:30:00.123456789Z", "13:30:00+02:00")));
        post(SERVICE, ALERTS, group(alert("firing", "a1").replace("09:30:00.123456789Z", "13:40:00Z")));
        assertThat(deliveries(null)).hasSize(4);
    }

    @Test
    void anAlertThatASecondPrometheusHasSeenSoonerIsTheSameAndEndsOnce() {
        route("all", "{}");
        String sooner = alert("firing", "ha").replace("09:30:00.123456789Z", "09:29:45Z");
        post(SERVICE, ALERTS, group(alert("firing", "ha")));
        assertThat(post(SERVICE, ALERTS, group(sooner))
                        .body()
                        .path("duplicates")
                        .asInt())
                .isEqualTo(1);
        assertThat(post(SERVICE, ALERTS, group(sooner.replace("firing", "resolved")))
                        .body()
                        .path("without_opening")
                        .asInt())
                .isZero();
        sender().dispatch();
        assertThat(courier.headlines()).containsExactly("[CRITICAL] Pool 1 is full", "[RESOLVED] Pool 1 is full");
    }

    @Test
    void anAlertThatIsOverEndsWhatIsOpenWheneverItBegan() {
        route("all", "{}");
        post(SERVICE, ALERTS, group(alert("firing", "late")));
        JsonNode over = post(
                        SERVICE, ALERTS, group(alert("resolved", "late").replace("09:30:00.123456789Z", "09:45:00Z")))
                .body();
        assertThat(over.path("without_opening").asInt()).isZero();
        assertThat(over.path("deliveries").asInt()).isEqualTo(1);
    }

    @Test
    void anAlertThatNoRouteMatchedIsToldOnceOneDoes() {
        double before = unrouted();
        JsonNode first = post(SERVICE, ALERTS, group(alert("firing", "a1"))).body();
        assertThat(first.path("deliveries").asInt()).isZero();
        assertThat(first.path("note").asText()).startsWith("Nobody is told of 1 of them, for no route matches");
        post(SERVICE, ALERTS, group(alert("firing", "a1")));
        assertThat(unrouted()).isEqualTo(before + 1);
        route("all", "{}");
        JsonNode again = post(SERVICE, ALERTS, group(alert("firing", "a1"), alert("firing", "a1")))
                .body();
        assertThat(again.path("duplicates").asInt()).isEqualTo(2);
        assertThat(again.path("deliveries").asInt()).isEqualTo(1);
        assertThat(post(SERVICE, ALERTS, group(alert("firing", "a1")))
                        .body()
                        .path("deliveries")
                        .asInt())
                .isZero();
        post(SERVICE, ALERTS, group(alert("resolved", "a1")));
        sender().dispatch();
        assertThat(courier.headlines()).containsExactly("[CRITICAL] Pool 1 is full", "[RESOLVED] Pool 1 is full");
    }

    @Test
    void whatIsOverBeforeAnybodyWasToldIsNotTold() {
        post(SERVICE, ALERTS, group(alert("firing", "a1")));
        post(SERVICE, ALERTS, group(alert("resolved", "a1")));
        route("all", "{}");
        post(SERVICE, ALERTS, group(alert("firing", "a1")));
        assertThat(deliveries(null)).isEmpty();
    }

    private double unrouted() {
        return get(VIEWER, "/actuator/prometheus")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("coordinator_notifications_unrouted_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aResolutionOfWhatWasNeverSeenIsCounted() {
        route("all", "{}");
        JsonNode answer = post(SERVICE, ALERTS, group(alert("resolved", "a9"))).body();
        assertThat(answer.path("without_opening").asInt()).isEqualTo(1);
        assertThat(answer.path("deliveries").asInt()).isZero();
    }

    @Test
    void whatAnAlertSaysIsCutAndCleanedNotRefused() {
        route("all", "{}");
        String nasty = "x\\r\\nBcc: a@b\\u0000\\u001b\\uD83D" + "y".repeat(50_000);
        // By its name the severity comes after all that are too many.
        StringBuilder labels = new StringBuilder("\"alertname\": \"A\", \"severity\": \"critical\"");
        for (int i = 0; i < 200; i++) {
            labels.append(", \"l")
                    .append(i)
                    .append("\": \"")
                    .append(nasty, 0, 3_000)
                    .append('"');
        }
        String alert = """
                {"status": "firing", "labels": {%s, "none": null, "": "x"}, "annotations": {"summary": "%s", "description": "%s"},
                 "startsAt": "2026-04-22T09:30:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "%s",
                 "fingerprint": "f"}""".formatted(labels, nasty, nasty, nasty);
        assertThat(post(SERVICE, ALERTS, group(alert)).body().path("accepted").asInt())
                .isEqualTo(1);
        sender().dispatch();
        Notification told = courier.letters().get(0).notification();
        assertThat(told.title()).hasSize(300).startsWith("x Bcc: a@b y").doesNotContain("\n", "\r");
        assertThat(told.text()).hasSize(20_000).doesNotContain("\u0000", "\u001b");
        assertThat(told.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(told.labels())
                .hasSize(64)
                .containsEntry("severity", "critical")
                .allSatisfy((name, value) -> assertThat(value.length()).isLessThanOrEqualTo(1_024));
    }

    @Test
    void manyAlertsComeAtOnceWhereStatisticsKnowNone() {
        route("all", "{}");
        tell("quiet", "opened");
        tell("quiet", "resolved");
        jdbc.sql("ANALYZE notifications, notification_deliveries, notification_routes")
                .update();
        String[] alerts = new String[5_000];
        for (int i = 0; i < alerts.length; i++) {
            alerts[i] = alert("firing", "many" + i);
        }
        Answer answer = post(SERVICE, ALERTS, group(alerts));
        assertThat(answer.body().path("deliveries").asInt()).isEqualTo(5_000);
        assertThat(post(SERVICE, ALERTS, group(alerts))
                        .body()
                        .path("duplicates")
                        .asInt())
                .isEqualTo(5_000);
    }

    @Test
    void nothingIsPlannedForTablesThatWereNearlyEmpty() {
        // A connection keeps a plan after ten times; of one made for a handful of rows, thousands at once take minutes.
        transaction.executeWithoutResult(status -> {
            for (int i = 0; i < 15; i++) {
                intake.accept(
                        Caller.system(),
                        new Notification(
                                UUID.randomUUID(),
                                Source.API,
                                "planned" + i,
                                EpisodeEvent.OPENED,
                                Severity.INFO,
                                "title",
                                "text",
                                Map.of(),
                                null,
                                List.of(),
                                NOON));
            }
            assertThat(jdbc.sql("""
                            SELECT generic_plans FROM pg_prepared_statements
                            WHERE statement LIKE '%notification_deliveries sent%'
                            """).query(Long.class).list()).isNotEmpty().containsOnly(0L);
            status.setRollbackOnly();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"version\": \"4\"}",
                "{\"version\": \"5\", \"alerts\": []}",
                "{\"version\": \"4\", \"alerts\": [null]}",
                "{\"version\": \"4\", \"alerts\": [{}]}",
                "{\"version\": \"4\", \"alerts\": [{\"status\": \"smouldering\", \"startsAt\": \"2026-04-22T09:30:00Z\", \"fingerprint\": \"f\"}]}",
                "{\"version\": \"4\", \"alerts\": [{\"status\": \"firing\", \"startsAt\": \"noon\", \"fingerprint\": \"f\"}]}",
                "{\"version\": \"4\", \"alerts\": [{\"status\": \"firing\", \"startsAt\": \"+99999-01-01T00:00:00Z\", \"fingerprint\": \"f\"}]}",
                "{\"version\": \"4\", \"alerts\": [{\"status\": \"firing\", \"startsAt\": \"2026-04-22T09:30:00Z\", \"fingerprint\": \"\\u0000\"}]}",
                "{\"version\": \"4\", \"alerts\": [{\"status\": \"firing\", \"startsAt\": \"2026-04-22T09:30:00Z\"}]}"
            })
    void whatIsNoGroupOfAlertsIsRefused(String body) {
        assertThat(post(SERVICE, ALERTS, body).status()).as(body).isIn(400, 422);
    }

    @Test
    void aGroupMayBeEmptyAndItsKeyAnything() {
        assertThat(post(SERVICE, ALERTS, "{\"version\": \"4\", \"alerts\": []}")
                        .body()
                        .path("accepted")
                        .asInt())
                .isZero();
        String long1 = group(alert("firing", "g"))
                .replace("{}:{alertname=\\\"PoolFull\\\"}", "\\u0000\\n" + "k".repeat(5_000));
        assertThat(post(SERVICE, ALERTS, long1).status()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "critical, CRITICAL",
        "Critical, CRITICAL",
        "page, HIGH",
        "error, HIGH",
        "warning, WARNING",
        "info, INFO",
        "none, INFO",
        "'', WARNING",
        "purple, WARNING"
    })
    void peoplesWordsForSeverity(String label, Severity severity) {
        assertThat(AlertWords.of(Map.of("severity", label), Map.of(), null).severity())
                .isEqualTo(severity);
    }

    private static String group(String... alerts) {
        return """
                {"version": "4", "groupKey": "{}:{alertname=\\"PoolFull\\"}", "status": "firing", "receiver": "coordinator",
                 "groupLabels": {"alertname": "PoolFull"}, "commonLabels": {}, "commonAnnotations": {},
                 "externalURL": "http://alertmanager:9093", "truncatedAlerts": 0, "alerts": [%s]}""".formatted(String.join(", ", alerts));
    }

    private static String alert(String status, String fingerprint) {
        return """
                {"status": "%s", "labels": {"alertname": "PoolFull", "pool": "pool-1", "severity": "critical",
                  "tenant_id": "acme"},
                 "annotations": {"summary": "Pool 1 is full", "description": "No GPU is free.\\nReally.",
                  "runbook_url": "https://example.org/runbook"},
                 "startsAt": "2026-04-22T09:30:00.123456789Z", "endsAt": "2026-04-22T10:00:00Z",
                 "generatorURL": "http://prom/graph?g0", "fingerprint": "%s"}""".formatted(status, fingerprint);
    }
}
