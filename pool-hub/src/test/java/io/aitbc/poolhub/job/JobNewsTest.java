package io.aitbc.poolhub.job;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.aitbc.poolhub.coordinator.CoordinatorClient.CoordinatorAway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What the coordinator hears of the jobs that it submitted, and that it hears it in the end. */
class JobNewsTest extends JobHub {

    private static final String PATH = "/api/jobs/events";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Autowired
    private NewsSender sender;

    @BeforeEach
    void nobodyWasToldYet() {
        COORDINATOR.resetAll();
    }

    @Test
    void everyChangeOfACoordinatorsJobIsToldAndTheEndSaysWhatWasUsed() throws Exception {
        String key = miner("m-1", 2);
        place("j-1", ",\"gpu_count\":2");
        pass();
        clock.advance(Duration.ofSeconds(3));
        says(key, "j-1", "started").expect(200);
        clock.advance(Duration.ofSeconds(360));
        says(key, "j-1", "completed").expect(200);
        taken();
        assertThat(sender.send()).isEqualTo(4);
        List<JsonNode> told = told();
        assertThat(told)
                .extracting(one -> one.path("state").asText())
                .containsExactly("QUEUED", "ASSIGNED", "RUNNING", "COMPLETED");
        assertThat(told).extracting(one -> one.path("revision").asLong()).isSorted();
        JsonNode end = told.get(3);
        assertThat(end.path("miner_id").asText()).isEqualTo("m-1");
        assertThat(end.path("source").asText()).isEqualTo("pool-1");
        assertThat(end.path("attempt").asInt()).isEqualTo(1);
        assertThat(end.path("at").asText()).isEqualTo(NOON.plusSeconds(363).toString());
        assertThat(end.path("started_at").asText())
                .isEqualTo(NOON.plusSeconds(3).toString());
        assertThat(end.path("used").path("gpu_hours").decimalValue()).isEqualByComparingTo("0.2");
        assertThat(end.path("used").path("compute_hours").decimalValue()).isEqualByComparingTo("0.1");
        assertThat(end.path("used").path("api_calls").decimalValue()).isEqualByComparingTo("1");
        assertThat(told.get(2).has("used") && told.get(2).get("used").isNull()).isTrue();
        assertThat(sender.send()).as("what was acknowledged is not sent again").isZero();
    }

    @Test
    void aJobThatIsLostComesBackAndFailsIsToldToo() throws Exception {
        String key = miner("m-1", 1);
        place("j-1", "");
        pass();
        says(key, "j-1", "started").expect(200);
        says(key, "j-1", "stopped").expect(200);
        clock.advance(Duration.ofMinutes(1));
        beat(key).expect(200);
        pass();
        clock.advance(Duration.ofSeconds(1));
        says(key, "j-1", "failed", clock.instant(), ",\"fail_code\":\"job_error\",\"detail\":\"exit 3\"")
                .expect(200);
        taken();
        sender.send();
        assertThat(told())
                .extracting(one -> one.path("state").asText())
                .containsExactly("QUEUED", "ASSIGNED", "RUNNING", "QUEUED", "ASSIGNED", "FAILED");
        JsonNode end = told().get(5);
        assertThat(end.path("fail_code").asText()).isEqualTo("job_error");
        assertThat(end.path("cause").asText()).contains("exit 3");
    }

    @Test
    void whatOperatorsSubmitIsNobodysNews() throws Exception {
        submit("j-1");
        post("/v1/jobs/j-1/cancel", OPERATOR, "{\"reason\":\"x\"}").expect(200);
        assertThat(sender.send()).isZero();
    }

    @Test
    void theSameJobAgainIsNoNews() throws Exception {
        place("j-1", "");
        post("/v1/jobs", SERVICE, job("j-1", "")).expect(200);
        taken();
        assertThat(sender.send()).isEqualTo(1);
    }

    @Test
    void newsWaitForACoordinatorThatIsAwayFailsOrAnswersNonsense() throws Exception {
        place("j-1", "");
        for (var answer : List.of(
                aResponse().withStatus(503),
                aResponse().withStatus(401),
                aResponse().withStatus(429),
                okJson("{\"results\":[]}"),
                okJson("welcome"))) {
            COORDINATOR.stubFor(WireMock.post(urlEqualTo(PATH)).willReturn(answer));
            assertThatThrownBy(() -> sender.send()).isInstanceOf(CoordinatorAway.class);
        }
        assertThat(open()).isEqualTo(1);
        post("/v1/jobs/j-1/cancel", SERVICE, "{\"reason\":\"x\"}").expect(200);
        taken();
        assertThat(sender.send()).as("nothing was lost").isEqualTo(2);
        assertThat(open()).isZero();
    }

    @Test
    void whatTheCoordinatorRefusesForGoodIsKeptWithItsReason() throws Exception {
        place("j-1", "");
        COORDINATOR.stubFor(WireMock.post(urlEqualTo(PATH)).willReturn(okJson("""
                {"results": [{"index": 0, "event_id": "%s", "verdict": "REJECTED", "code": "UNKNOWN_JOB", "detail": "none"}]}
                """.formatted(ids().get(0)))));
        sender.send();
        assertThat(open()).isZero();
        assertThat(jdbc.sql("SELECT refused FROM job_news").query(String.class).single())
                .isEqualTo("UNKNOWN_JOB: none");
        clock.advance(Duration.ofDays(8));
        sender.forget();
        assertThat(jdbc.sql("SELECT count(*) FROM job_news")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void theCallersTraceGoesToTheMinerAndOntoTheBill() {
        String key = miner("m-1", 1);
        String parent = "00-" + TRACE + "-b7ad6b7169203331-01";
        send("POST", "/v1/jobs", SERVICE, job("j-1", ""), "traceparent", parent).expect(201);
        send(
                        "POST",
                        "/v1/jobs",
                        SERVICE,
                        job("j-2", ""),
                        "traceparent",
                        "00-" + "0".repeat(32) + "-b7ad6b7169203331-01")
                .expect(201);
        pass();
        assertThat(given(key).get(0).path("traceparent").asText()).isEqualTo(parent);
        says(key, "j-1", "started").expect(200);
        clock.advance(Duration.ofSeconds(10));
        says(key, "j-1", "completed").expect(200);
        assertThat(jdbc.sql("SELECT DISTINCT metadata ->> 'trace_id' FROM usage_events WHERE job_id = 'j-1'")
                        .query(String.class)
                        .list())
                .containsExactly(TRACE);
        assertThat(jdbc.sql("SELECT jsonb_exists(metadata, 'trace_id') FROM usage_events WHERE job_id = 'j-2'")
                        .query(Boolean.class)
                        .single())
                .as("nonsense is no trace")
                .isFalse();
    }

    private void place(String jobId, String more) {
        post("/v1/jobs", SERVICE, job(jobId, more)).expect(201);
    }

    /** From now on the coordinator takes what waits. */
    private void taken() {
        String results = ids().stream()
                .map(id -> "{\"event_id\": \"" + id + "\", \"verdict\": \"ACCEPTED\"}")
                .collect(Collectors.joining(","));
        COORDINATOR.stubFor(WireMock.post(urlEqualTo(PATH)).willReturn(okJson("{\"results\": [" + results + "]}")));
    }

    private List<String> ids() {
        return jdbc.sql("SELECT event_id::text FROM job_news WHERE acknowledged_at IS NULL ORDER BY revision")
                .query(String.class)
                .list();
    }

    private int open() {
        return ids().size();
    }

    private List<JsonNode> told() throws java.io.IOException {
        List<JsonNode> all = new ArrayList<>();
        for (LoggedRequest request : COORDINATOR.findAll(postRequestedFor(urlEqualTo(PATH)))) {
            json.readTree(request.getBodyAsString()).forEach(all::add);
        }
        return all;
    }
}
