package io.aitbc.poolhub.capacity;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.WireMock;
import io.aitbc.capacity.CapacitySnapshot;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Snapshots, recommendations and alerts over their whole life, with a coordinator that comes and goes. */
class CapacityLifeTest extends CapacityHub {

    private static final String SNAPSHOTS = "/api/capacity/snapshots";
    private static final String NOTIFICATIONS = "/api/notifications";

    @Test
    void thePoolIsCountedAsItIs() {
        clock.set(NOON.plus(Duration.ofMinutes(10)));
        beat(register("m-1", "{\"gpu_name\":\"NVIDIA H100\",\"gpu_vram_gb\":80,\"gpu_count\":8,\"max_parallel\":8}"))
                .expect(200);
        register("m-2", "{\"gpu_name\":\"NVIDIA A100\",\"gpu_count\":4,\"max_parallel\":4}");
        post("/v1/jobs", OPERATOR, """
                {"job_id": "j", "tenant_id": "t", "gpu_count": 6, "requirements": {"gpu_name": "h100"}}""").expect(201);
        run.take();
        JsonNode snapshot =
                get("/sla/capacity/snapshots?hours=1", VIEWER).expect(200).get(0);
        assertThat(snapshot.path("total_miners").asInt()).isEqualTo(2);
        assertThat(snapshot.path("active_miners").asInt()).isEqualTo(1);
        assertThat(snapshot.path("total_parallel_capacity").asInt()).isEqualTo(8);
        assertThat(snapshot.path("total_queue_length").asInt()).isEqualTo(1);
        assertThat(snapshot.path("capacity_utilization_pct").asDouble()).isZero();
        assertThat(snapshot.get("forecast_capacity").isNull()).isTrue();
        assertThat(snapshot.get("recommended_scaling").isNull()).isTrue();
        assertThat(snapshot.path("scaling_reason").asText()).contains("0 observed hours");
        assertThat(snapshot.path("timestamp").asText())
                .isEqualTo(clock.instant().toString());
        JsonNode h100 = snapshot.path("metadata").path("classes").path("NVIDIA H100");
        assertThat(h100.path("queued").asDouble()).isEqualTo(6);
        assertThat(h100.path("capacity").asDouble()).isEqualTo(8);
        assertThat(forecast("").path("current_capacity").asInt()).isEqualTo(8);
        assertThat(plan().path("current_state").asText()).isEqualTo("healthy");
    }

    @Test
    void noSnapshotWhileItIsNotKnownWhoIsUp() {
        String key = register("m-1", "{\"gpu_count\":8,\"max_parallel\":8}");
        beat(key).expect(200);
        jdbc.sql("UPDATE miner_status SET state = 'UNKNOWN'").update();
        patchSomething();
        assertThat(run.take()).isEmpty();
        beat(key).expect(200);
        assertThat(run.take()).isPresent();
    }

    /** So that the fleet view reads the miner again. */
    private void patchSomething() {
        send("PATCH", "/v1/miners/m-1", OPERATOR, "{\"region\":\"eu\"}").expect(200);
    }

    @Test
    void snapshotsArePagedAndEachIsThereOnce() {
        past(30, hour -> hour, 48);
        Answer first = get("/sla/capacity/snapshots?hours=100&limit=20", VIEWER);
        assertThat(first.expect(200)).hasSize(20);
        String link = first.response().headers().firstValue("Link").orElseThrow();
        String next = link.substring(link.indexOf('<') + 1, link.indexOf('>')).replaceFirst("^https?://[^/]*", "");
        JsonNode second = get(next, VIEWER).expect(200);
        assertThat(second).hasSize(10);
        assertThat(second.get(9).path("metadata").path("demand").asDouble()).isZero();
    }

    @Test
    void theSameSnapshotTwiceCountsOnce() {
        CapacitySnapshot snapshot = snapshot(NOON.minus(Duration.ofMinutes(90)), 10, 48);
        assertThat(book.store(List.of(snapshot, snapshot))).hasSize(1);
        assertThat(book.store(List.of(snapshot))).isEmpty();
        assertThat(jdbc.sql("SELECT samples || ' ' || demand FROM capacity_hours WHERE gpu_class = ''")
                        .query(String.class)
                        .list())
                .containsExactly("1 10");
    }

    @Test
    void aShortageThatComesIsToldWithItsClassAndLaterJudged() {
        clock.set(NOON.plus(Duration.ofMinutes(10)));
        past(500, hour -> 60 + hour % 24, 96);
        JsonNode plan = plan();
        JsonNode advice = plan.path("recommendations").get(0);
        assertThat(advice.path("action").asText()).isEqualTo("add_miners");
        assertThat(advice.path("gpu_class").asText()).isEqualTo(CLASS);
        assertThat(advice.path("quantity").asInt()).isPositive();
        assertThat(advice.path("slots").asDouble())
                .isEqualTo(8 * advice.path("quantity").asInt());
        assertThat(advice.path("priority").asText()).isIn("low", "medium", "high", "critical");
        assertThat(advice.path("reason").asText()).contains("96");
        assertThat(forecast("?hours_ahead=168").path("recommended_scaling").asText())
                .isEqualTo("+" + Math.round(100 * advice.path("slots").asDouble() / 96) + "%");

        run.keepLedger();
        run.keepLedger();
        assertThat(record("made")).isEqualTo(1);
        assertThat(record("scored")).isZero();
        // A week later it is seen that it was needed: 83 wanted, 104 and 8 in reserve asked for, 96 there.
        clock.set(NOON.plus(Duration.ofHours(168)).minusSeconds(1));
        run.keepLedger();
        assertThat(record("scored")).as("its last hour is not over").isZero();
        clock.set(NOON.plus(Duration.ofHours(168)).plus(Duration.ofMinutes(10)));
        past(168, hour -> 60 + hour % 24, 96);
        run.keepLedger();
        assertThat(record("scored")).isEqualTo(1);
        assertThat(plan().path("record").path("hit_rate").asDouble()).isEqualTo(1.0);
        assertThat(record("made")).as("it still holds, and is a new one").isEqualTo(2);
    }

    @Test
    void fewerMinersOnlyAfterAWeekOfLittleDemandAndJudgedWhenItComesBack() {
        past(500, hour -> 10 + hour % 3, 160);
        JsonNode advice = plan().path("recommendations").get(0);
        assertThat(advice.path("action").asText()).isEqualTo("remove_miners");
        assertThat(advice.get("needed_by").isNull()).isTrue();
        run.keepLedger();
        clock.set(NOON.plus(Duration.ofHours(169)));
        past(168, hour -> hour == 100 ? 150 : 10, 160);
        run.keepLedger();
        assertThat(plan().path("record").path("hit_rate").asDouble()).isEqualTo(0.0);
    }

    @Test
    void aRecommendationThatComesAndGoesWithinADayIsOne() {
        past(500, hour -> 60 + hour % 24, 96);
        run.keepLedger();
        book.store(List.of(snapshot(clock.instant(), 60, 112)));
        assertThat(plan().path("recommendations")).isEmpty();
        run.keepLedger();
        clock.set(NOON.plus(Duration.ofMinutes(30)));
        book.store(List.of(snapshot(clock.instant(), 60, 96)));
        run.keepLedger();
        assertThat(record("made")).isEqualTo(1);
        clock.set(NOON.plus(Duration.ofHours(25)));
        past(25, hour -> 60 + (hour + 20) % 24, 112);
        run.keepLedger();
        assertThat(jdbc.sql(
                                "SELECT count(*) FROM capacity_recommendations WHERE closed_at IS NULL AND action = 'ADD_MINERS'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aHubThatWasAwayForAWeekDoesNotTakeThatForAWeekOfLittleDemand() {
        past(500, hour -> 60 + hour % 10, 160);
        clock.set(NOON.plus(Duration.ofDays(8)));
        book.store(List.of(snapshot(clock.instant().minusSeconds(60), 60, 160)));
        JsonNode answer = forecast("?hours_ahead=24");
        assertThat(answer.path("history_hours").asInt()).isEqualTo(501);
        plan().path("recommendations")
                .forEach(advice -> assertThat(advice.path("action").asText()).isEqualTo("add_miners"));
    }

    @Test
    void aWindowOfWhichLittleIsKnownIsNotJudged() {
        past(500, hour -> 60 + hour % 24, 96);
        run.keepLedger();
        clock.set(NOON.plus(Duration.ofHours(169)));
        past(40, hour -> 60, 96);
        run.keepLedger();
        assertThat(record("scored")).isZero();
        assertThat(plan().path("record").get("hit_rate").isNull()).isTrue();
    }

    @Test
    void snapshotsReachTheCoordinatorOnceItIsBack() {
        past(3, hour -> 5, 48);
        COORDINATOR.stubFor(WireMock.post(urlEqualTo(SNAPSHOTS)).willReturn(serverError()));
        news.tell();
        assertThat(book.unsentCount()).isEqualTo(3);
        UUID bad = book.unsent(1).get(0).id();
        COORDINATOR.resetAll();
        COORDINATOR.stubFor(WireMock.post(urlEqualTo(SNAPSHOTS))
                .willReturn(okJson("{\"accepted\": 2, \"duplicates\": 0, \"rejected\":" + " [{\"index\": 0, \"id\": \""
                        + bad + "\", \"detail\": \"too old\"}]}")));
        news.tell();
        news.tell();
        COORDINATOR.verify(
                1,
                postRequestedFor(urlEqualTo(SNAPSHOTS))
                        .withRequestBody(matchingJsonPath("$.pool_id", equalTo("pool-1")))
                        .withRequestBody(matchingJsonPath("$.snapshots[2].metadata.classes")));
        assertThat(book.unsentCount()).isZero();
        assertThat(jdbc.sql("SELECT push_error FROM capacity_snapshots WHERE id = ?")
                        .param(bad)
                        .query(String.class)
                        .single())
                .isEqualTo("too old");
    }

    @Test
    void whatTheCoordinatorTakesOnlyLaterWaitsAndALongRefusalStopsNothing() {
        past(2, hour -> 5, 48);
        UUID ahead = book.unsent(2).get(1).id();
        UUID bad = book.unsent(2).get(0).id();
        COORDINATOR.stubFor(WireMock.post(urlEqualTo(SNAPSHOTS))
                .willReturn(
                        okJson("{\"rejected\": [{\"id\": \"" + ahead + "\", \"detail\": \"ahead\", \"later\": true},"
                                + " {\"id\": \"" + bad + "\", \"detail\": \"" + "x".repeat(2_000) + "\"}]}")));
        news.tell();
        assertThat(book.unsent(2)).extracting(CapacitySnapshot::id).containsExactly(ahead);
    }

    @Test
    void aBatchThatIsTooLargeGoesInHalves() {
        past(3, hour -> 5, 48);
        COORDINATOR.stubFor(WireMock.post(urlEqualTo(SNAPSHOTS))
                .willReturn(status(413).withBody("<html>" + "too large ".repeat(200))));
        news.tell();
        assertThat(book.unsentCount()).as("each alone is refused for good").isZero();
        COORDINATOR.verify(5, postRequestedFor(urlEqualTo(SNAPSHOTS)));
    }

    @Test
    void highDemandIsToldOncePerEpisodeAndWhenItIsOver() {
        post("/sla/capacity/alerts/configure", OPERATOR, """
                {"threshold_pct": 75.0, "notification_email": "admin@example.com"}""").expect(200);
        COORDINATOR.stubFor(WireMock.post(urlEqualTo(NOTIFICATIONS)).willReturn(status(202)));
        for (double pct : new double[] {74.9, 75, 130, 60, 80, 60, 60}) {
            observe(pct);
        }
        assertThat(active()).isTrue();
        COORDINATOR.verify(
                1,
                postRequestedFor(urlEqualTo(NOTIFICATIONS))
                        .withRequestBody(matchingJsonPath("$.event", equalTo("opened")))
                        .withRequestBody(matchingJsonPath("$.email[0]", equalTo("admin@example.com"))));
        observe(60);
        assertThat(active()).isFalse();
        COORDINATOR.verify(
                1,
                postRequestedFor(urlEqualTo(NOTIFICATIONS))
                        .withRequestBody(matchingJsonPath("$.event", equalTo("resolved"))));
        COORDINATOR.verify(2, postRequestedFor(urlEqualTo(NOTIFICATIONS)));
        JsonNode episode =
                get("/sla/capacity/alerts", VIEWER).expect(200).path("episodes").get(0);
        assertThat(episode.path("peak_pct").asDouble()).isEqualTo(130);
        observe(90);
        COORDINATOR.verify(3, postRequestedFor(urlEqualTo(NOTIFICATIONS)));
    }

    @Test
    void whoCannotBeToldNowIsToldLater() {
        COORDINATOR.stubFor(WireMock.post(urlEqualTo(NOTIFICATIONS)).willReturn(status(422)));
        observe(95);
        observe(95);
        COORDINATOR.verify(1, postRequestedFor(urlEqualTo(NOTIFICATIONS)));
        assertThat(get("/sla/capacity/alerts", VIEWER)
                        .expect(200)
                        .path("episodes")
                        .get(0)
                        .path("tell_error")
                        .asText())
                .startsWith("HTTP 422");
        COORDINATOR.resetAll();
        COORDINATOR.stubFor(WireMock.post(urlEqualTo(NOTIFICATIONS)).willReturn(status(202)));
        clock.set(clock.instant().plus(Duration.ofMinutes(6)));
        news.tell();
        COORDINATOR.verify(1, postRequestedFor(urlEqualTo(NOTIFICATIONS)));
    }

    @Test
    void alertsAreConfiguredByOperatorsWithSenseAndLeaveATrace() {
        assertThat(get("/sla/capacity/alerts", VIEWER)
                        .expect(200)
                        .path("configuration")
                        .path("status")
                        .asText())
                .isEqualTo("default");
        for (String body : List.of(
                "{}",
                "{\"threshold_pct\": 0}",
                "{\"threshold_pct\": 101}",
                "{\"threshold_pct\": 80, \"notification_email\": \"no address\"}",
                "{\"threshold_pct\": 80, \"notification_email\": \"a@b.c\\nBcc: x@y.z\"}")) {
            assertThat(post("/sla/capacity/alerts/configure", OPERATOR, body).status())
                    .as(body)
                    .isBetween(400, 422);
        }
        assertThat(post("/sla/capacity/alerts/configure", VIEWER, "{\"threshold_pct\": 80}")
                        .status())
                .isEqualTo(403);
        JsonNode answer = post("/v1/sla/capacity/alerts/configure", OPERATOR, "{\"threshold_pct\": 80.0}")
                .expect(200);
        assertThat(answer.path("status").asText()).isEqualTo("configured");
        assertThat(jdbc.sql(
                                "SELECT count(*) FROM audit_log WHERE action = 'capacity.alerts' AND after ->> 'threshold_pct' = '80.0'")
                        .query(Integer.class)
                        .single())
                .isPositive();
    }

    private void observe(double pct) {
        clock.set(clock.instant().plusSeconds(60));
        episodes.observe(pct, clock.instant());
        news.tell();
    }

    private boolean active() {
        return get("/sla/capacity/alerts", VIEWER)
                .expect(200)
                .path("episodes")
                .get(0)
                .path("resolved_at")
                .isNull();
    }

    private int record(String what) {
        return plan().path("record").path(what).asInt();
    }
}
