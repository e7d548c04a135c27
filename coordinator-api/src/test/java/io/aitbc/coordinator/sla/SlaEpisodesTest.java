package io.aitbc.coordinator.sla;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What pools report of episodes is known once, in its latest form, and gives credits unless it is excused. */
class SlaEpisodesTest extends RunningCoordinator {

    private static final String PATH = "/api/billing/sla-episodes";
    private static final String FROM = "2026-04-20T10:00:00.123456Z";
    private static final String TO = "2026-04-21T10:00:00Z";

    @Autowired
    SlaEpisodes episodes;

    private final String miner = unique("miner");
    private final UUID id = UUID.randomUUID();

    @Test
    void anEpisodeIsKnownOnceAndReadAsItWasSaid() {
        Answer first = report("pool-1", row(id, 1, "RESOLVED", """
                , "evidence": {"measured_from": "2026-04-19T10:00:00Z", "measured_to": "2026-04-21T10:00:00Z", "down_seconds": 7200,
                  "outages": [{"state": "DOWN", "from": "2026-04-20T08:00:00Z", "to": "2026-04-20T10:00:00Z"}]}"""));
        assertThat(first.status()).as(first.response().body()).isEqualTo(200);
        assertThat(verdicts(first)).containsExactly("ACCEPTED");
        assertThat(first.body().path("results").get(0).path("episode_id").asText())
                .isEqualTo(id.toString());
        assertThat(verdicts(report("pool-1", row(id, 1, "RESOLVED", "")))).containsExactly("DUPLICATE");

        JsonNode known = only(get(VIEWER, PATH + "?miner_id=" + miner));
        assertThat(known.path("source").asText()).isEqualTo("pool-1");
        assertThat(known.path("status").asText()).isEqualTo("RESOLVED");
        assertThat(known.path("threshold").decimalValue()).isEqualByComparingTo("95");
        assertThat(known.path("worst").decimalValue()).isEqualByComparingTo("83.33333333333333");
        assertThat(known.path("started_at").asText()).isEqualTo(FROM);
        assertThat(known.path("evidence").path("outages").get(0).path("state").asText())
                .isEqualTo("DOWN");
        assertThat(closed(FROM, TO))
                .containsExactly(new SlaEpisode(
                        "pool-1",
                        id,
                        miner,
                        "uptime_pct",
                        new BigDecimal("95.0"),
                        new BigDecimal("83.33333333333333"),
                        Instant.parse(FROM),
                        Instant.parse(TO)));
    }

    @Test
    void anExcuseTakesItsPlaceAndGivesNoCreditAndIsNotTakenBackByOldNews() {
        report("pool-1", row(id, 1, "RESOLVED", ""));
        String excuse =
                ", \"excuse_reason\": \"new racks\", \"excused_by\": \"operator\", \"excused_at\": \"" + TO + "\"";
        assertThat(verdicts(report("pool-1", row(id, 2, "EXCUSED", excuse)))).containsExactly("ACCEPTED");
        assertThat(verdicts(report("pool-1", row(id, 1, "RESOLVED", "")))).containsExactly("DUPLICATE");
        JsonNode known = only(get(OPERATOR, PATH + "?miner_id=" + miner));
        assertThat(known.path("status").asText()).isEqualTo("EXCUSED");
        assertThat(known.path("excuse_reason").asText()).isEqualTo("new racks");
        assertThat(known.path("worst").decimalValue()).isEqualByComparingTo("83.33333333333333");
        assertThat(closed(FROM, TO)).isEmpty();
    }

    @Test
    void bothRevisionsInOneBatchAreTheLatestInWhateverOrder() {
        UUID other = UUID.randomUUID();
        Answer answer = report(
                "pool-1",
                row(id, 2, "EXCUSED", ""),
                row(id, 1, "RESOLVED", ""),
                row(other, 1, "RESOLVED", ""),
                row(other, 2, "EXCUSED", ""));
        assertThat(verdicts(answer)).containsExactly("ACCEPTED", "DUPLICATE", "DUPLICATE", "ACCEPTED");
        assertThat(closed(FROM, TO)).isEmpty();
    }

    @Test
    void idsAreOfASourceAndNameTheSameEpisodeForEver() {
        report("pool-1", row(id, 1, "RESOLVED", ""));
        assertThat(verdicts(report("pool-2", row(id, 1, "RESOLVED", "")))).containsExactly("ACCEPTED");
        assertThat(closed(FROM, TO)).hasSize(2);
        Answer another = report("pool-1", row(id, 2, "RESOLVED", "").replace(miner, "somebody-else"));
        assertThat(verdicts(another)).containsExactly("REJECTED");
        assertThat(another.body().path("results").get(0).path("detail").asText())
                .isEqualTo("This id is known for another miner, metric or begin.");
    }

    @Test
    void aBadRowIsToldSoAndTheOthersAreTaken() {
        String good = row(id, 1, "RESOLVED", "");
        List<String> bad = List.of(
                "{}",
                row(UUID.randomUUID(), 0, "RESOLVED", ""),
                good.replace(miner, ""),
                good.replace(miner, "a\\u0000b"),
                good.replace(miner, "a\\ud800"),
                good.replace(miner, "m".repeat(5_000)),
                good.replace("uptime_pct", "Uptime"),
                good.replace("95.0", "1e13"),
                good.replace("95.0", "-1e-30"),
                good.replace("95.0", "null"),
                good.replace(TO, "2026-04-19T10:00:00Z"),
                good.replace(TO, "2026-04-23T10:00:00Z"),
                good.replace(FROM, "-999999999-01-01T00:00:00Z"),
                row(id, 1, "RESOLVED", ", \"excuse_reason\": \"" + "x".repeat(2_001) + "\""),
                row(id, 1, "RESOLVED", ", \"evidence\": {}"),
                row(
                        id,
                        1,
                        "RESOLVED",
                        ", \"evidence\": {\"measured_from\": \"" + FROM + "\", \"measured_to\": \"" + TO
                                + "\", \"down_seconds\": 1, \"outages\": [null]}"));
        List<String> all = new ArrayList<>(bad);
        all.add(good);
        Answer answer = report("pool-1", all.toArray(String[]::new));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(verdicts(answer).subList(0, bad.size())).containsOnly("REJECTED");
        assertThat(verdicts(answer).get(bad.size())).isEqualTo("ACCEPTED");
        answer.body()
                .path("results")
                .forEach(result -> assertThat(result.path("detail").asText().isEmpty())
                        .isEqualTo(result.path("verdict").asText().equals("ACCEPTED")));
        assertThat(answer.body().path("rejected").asInt()).isEqualTo(bad.size());
    }

    @Test
    void whatIsNoReportIsRefusedAsAWhole() {
        for (String body : List.of(
                "[]",
                "null",
                "{}",
                "{\"source\": \"pool-1\"}",
                "{\"source\": \"a b\", \"episodes\": []}",
                "{\"source\": \"pool-1\", \"episodes\": [null]}",
                "{\"source\": \"pool-1\", \"episodes\": [[]]}",
                "{\"source\": \"pool-1\", \"episodes\": [" + row(id, 1, "OPEN", "") + "]}",
                "{\"source\": \"pool-1\", \"episodes\": ["
                        + row(id, 1, "RESOLVED", "").replace("95.0", "1e999999999") + "]}",
                "{\"source\": \"pool-1\", \"episodes\": ["
                        + String.join(",", java.util.Collections.nCopies(1_001, "{}")) + "]}")) {
            assertThat(post(SERVICE, PATH, body).status()).as(body).isBetween(400, 422);
        }
        assertThat(post(OPERATOR, PATH, "{\"source\": \"pool-1\", \"episodes\": []}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void theyAreListedInPagesByTimeAndStatus() {
        for (int day = 10; day < 15; day++) {
            report(
                    "pool-1",
                    row(UUID.randomUUID(), 1, day == 12 ? "EXCUSED" : "RESOLVED", "")
                            .replace(FROM, "2026-04-" + day + "T10:00:00Z")
                            .replace(TO, "2026-04-" + day + "T12:00:00Z"));
        }
        String mine = PATH + "?miner_id=" + miner;
        assertThat(get(VIEWER, mine).body().path("items")).hasSize(5);
        assertThat(get(VIEWER, mine + "&status=EXCUSED").body().path("items")).hasSize(1);
        assertThat(get(VIEWER, mine + "&from=2026-04-11T12:00:00Z&to=2026-04-14T10:00:00Z")
                        .body()
                        .path("items"))
                .as("half-open at both ends")
                .hasSize(2);
        assertThat(get(VIEWER, mine + "&from=2026-04-11T11:59:59Z&to=2026-04-14T10:00:01Z")
                        .body()
                        .path("items"))
                .hasSize(4);
        List<String> ends = new ArrayList<>();
        String next = mine + "&limit=2";
        while (next != null) {
            JsonNode page = get(VIEWER, next).body();
            page.path("items").forEach(item -> ends.add(item.path("ended_at").asText()));
            next = page.path("next").isNull()
                    ? null
                    : mine + "&limit=2&cursor=" + page.path("next").asText();
        }
        assertThat(ends).hasSize(5).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        String key = keyOf(tenant());
        assertThat(get(key, mine).status()).as("nothing of a tenant's").isEqualTo(403);
    }

    @Test
    void creditsSeeWhatOverlapsAPeriodHalfOpen() {
        report("pool-1", row(id, 1, "RESOLVED", ""));
        assertThat(closed("2026-04-01T00:00:00Z", FROM)).isEmpty();
        assertThat(closed("2026-04-01T00:00:00Z", "2026-04-20T10:00:00.123457Z"))
                .hasSize(1);
        assertThat(closed(TO, "2026-05-01T00:00:00Z")).isEmpty();
        assertThat(closed("2026-04-21T09:59:59Z", "2026-05-01T00:00:00Z")).hasSize(1);
        assertThat(episodes.closed(List.of(), Instant.parse(FROM), Instant.parse(TO)))
                .isEmpty();
    }

    @Test
    void aReportLeavesOneAuditEntryAndARepetitionNone() {
        String source = unique("pool");
        report(source, row(id, 1, "RESOLVED", ""), row(UUID.randomUUID(), 1, "RESOLVED", ""));
        report(source, row(id, 1, "RESOLVED", ""));
        assertThat(jdbc.sql("SELECT actor || ' ' || action FROM audit_log WHERE subject = ?")
                        .param(source)
                        .query(String.class)
                        .list())
                .singleElement()
                .asString()
                .endsWith("sla.report");
    }

    @Test
    void poolsThatReportTheSameAtOnceAreToldTheSameEachEpisodeOnce() throws Exception {
        List<String> rows = IntStream.range(0, 200)
                .mapToObj(n -> row(UUID.randomUUID(), 1, "RESOLVED", ""))
                .toList();
        List<String> backwards = new ArrayList<>(rows);
        java.util.Collections.reverse(backwards);
        List<CompletableFuture<Answer>> answers = IntStream.range(0, 4)
                .mapToObj(n -> CompletableFuture.supplyAsync(
                        () -> report("pool-1", (n % 2 == 0 ? rows : backwards).toArray(String[]::new))))
                .toList();
        int accepted = 0;
        for (CompletableFuture<Answer> answer : answers) {
            Answer done = answer.get(60, TimeUnit.SECONDS);
            assertThat(done.status()).as(done.response().body()).isEqualTo(200);
            accepted += done.body().path("accepted").asInt();
        }
        assertThat(accepted).isEqualTo(200);
        assertThat(closed(FROM, TO)).hasSize(200);
    }

    private Answer report(String source, String... rows) {
        return post(SERVICE, PATH, "{\"source\": \"" + source + "\", \"episodes\": [" + String.join(",", rows) + "]}");
    }

    private String row(UUID episode, int revision, String status, String more) {
        return """
                {"episode_id": "%s", "revision": %d, "status": "%s", "miner_id": "%s", "metric": "uptime_pct",
                 "threshold": 95.0, "worst": 83.33333333333333, "severity": "critical", "started_at": "%s",
                 "ended_at": "%s"%s}""".formatted(episode, revision, status, miner, FROM, TO, more);
    }

    private List<SlaEpisode> closed(String from, String to) {
        return episodes.closed(List.of(miner, "nobody"), Instant.parse(from), Instant.parse(to));
    }

    private static List<String> verdicts(Answer answer) {
        return answer.body().path("results").findValuesAsText("verdict");
    }

    private static JsonNode only(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(answer.body().path("items")).hasSize(1);
        return answer.body().path("items").get(0);
    }
}
