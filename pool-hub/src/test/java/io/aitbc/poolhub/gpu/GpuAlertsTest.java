package io.aitbc.poolhub.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.gpu.rules.RuleFile;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Alerts as people see them, and the rules behind them. */
class GpuAlertsTest extends GpuHub {

    @Test
    void aRestartInMidEpisodeChangesNothing() {
        String key = miner("m-1", 1);
        String warm = "\"temperature_celsius\":82";
        keeps(key, GPU + 1, warm, 40);
        assertThat(firing()).isEmpty();
        restart();
        keeps(key, GPU + 1, warm, 0);
        restart();
        keeps(key, GPU + 1, warm, 0);
        assertThat(firing()).as("the minute goes on over two restarts").containsExactly("THERMAL_WARNING");
        JsonNode first = get("/v1/alerts", VIEWER).expect(200).get(0);
        restart();
        keeps(key, GPU + 1, warm, 120);
        JsonNode later = get("/v1/alerts", VIEWER).expect(200);
        assertThat(later).hasSize(1);
        assertThat(later.get(0).path("alert_id")).isEqualTo(first.path("alert_id"));
        restart();
        keeps(key, GPU + 1, "\"temperature_celsius\":60", 30);
        restart();
        keeps(key, GPU + 1, "\"temperature_celsius\":60", 30);
        assertThat(firing()).isEmpty();
    }

    @Test
    void countersAreComparedWithThoseBeforeARestart() {
        String key = miner("m-1", 1);
        keeps(key, GPU + 1, "\"ecc_corrected_total\":100", 20);
        restart();
        keeps(key, GPU + 1, "\"ecc_corrected_total\":112", 0);
        assertThat(firing()).containsExactly("ECC_ERRORS_SPIKE");
    }

    @Test
    void anAlertIsAcknowledgedOnceAndByWhom() {
        String key = miner("m-1", 1);
        keeps(key, GPU + 1, "\"temperature_celsius\":82", 60);
        String id = get("/v1/alerts?severity=WARNING&gpu=" + GPU + 1, VIEWER)
                .expect(200)
                .get(0)
                .path("alert_id")
                .asText();
        post("/v1/alerts/" + id + "/acknowledge", VIEWER, "").expect(403);
        JsonNode acknowledged =
                post("/v1/alerts/" + id + "/acknowledge", OPERATOR, "").expect(200);
        assertThat(acknowledged.path("acknowledged_by").asText()).isNotEmpty();
        clock.advance(Duration.ofMinutes(1));
        assertThat(post("/v1/alerts/" + id + "/acknowledge", OPERATOR, "").expect(200))
                .isEqualTo(acknowledged);
        post("/v1/alerts/00000000-0000-0000-0000-000000000000/acknowledge", OPERATOR, "")
                .expect(404);
    }

    @Test
    void alertsArePaged() {
        String key = miner("m-1", 5);
        for (int gpu = 1; gpu <= 5; gpu++) {
            keeps(key, GPU + gpu, "\"row_remap_pending\":1", 0);
        }
        assertThat(get("/v1/alerts?limit=2", VIEWER).expect(200)).hasSize(2);
        String link = get("/v1/alerts?limit=2", VIEWER)
                .response()
                .headers()
                .firstValue("Link")
                .orElseThrow();
        String next = link.substring(link.indexOf("/v1/"), link.indexOf('>'));
        assertThat(get(next, VIEWER).expect(200)).hasSize(2);
        get("/v1/alerts?cursor=nonsense", VIEWER).expect(400);
        get("/v1/alerts?severity=AWFUL", VIEWER).expect(400);
    }

    @Test
    void otherRulesAreInForceAtOnceAndAFaultyFileChangesNothing() {
        String key = miner("m-1", 1);
        JsonNode refused = put(RuleFile.standardText().replace("at_least: 80", "at_least: warm"), 422);
        assertThat(refused.path("detail").asText()).contains("line 19: at_least must be a number, was warm");
        assertThat(get("/v1/alert-rules", VIEWER).expect(200).path("version").asText())
                .isEqualTo("standard-1");
        put(
                RuleFile.standardText()
                        .replace("at_least: 80, clears_at: 77", "at_least: 60, clears_at: 57")
                        .replace("standard-1", "strict-1"),
                200);
        keeps(key, GPU + 1, "\"temperature_celsius\":65", 60);
        assertThat(firing()).containsExactly("THERMAL_WARNING");
        assertThat(get("/v1/alert-rules", VIEWER).expect(200).path("version").asText())
                .isEqualTo("strict-1");
    }

    @Test
    void aReplaySaysWhichGpusRulesWouldHaveTouched() {
        String key = miner("m-1", 2);
        keeps(key, GPU + 1, "\"temperature_celsius\":65", 120);
        keeps(key, GPU + 2, "\"temperature_celsius\":50", 120);
        JsonNode replayed = json(post(
                        "/v1/alert-rules/replay?days=2",
                        OPERATOR,
                        RuleFile.standardText().replace("at_least: 80, clears_at: 77", "at_least: 60, clears_at: 57"))
                .body());
        assertThat(replayed.path("touched")).hasSize(1);
        assertThat(replayed.path("touched").get(0).path("gpus").get(0).asText()).isEqualTo(GPU + 1);
        assertThat(replayed.path("samples").asInt()).isEqualTo(26);
        assertThat(firing()).as("nothing is done").isEmpty();
    }

    @Test
    void whatNoGpuCanMeanIsLeftOutOfAHeartbeatAndRefusedAlone() {
        String key = miner("m-1", 1);
        says(key, GPU + 1, "\"temperature_celsius\":900,\"power_watts\":100");
        schedule.sweep();
        JsonNode latest = gpu(GPU + 1).path("latest");
        assertThat(latest.has("temperature_celsius")).isFalse();
        assertThat(latest.path("power_watts").asDouble()).isEqualTo(100);
        JsonNode refused = post(
                        "/v1/miners/telemetry", key, "{\"gpus\":[" + gpu(GPU + 1, "\"temperature_celsius\":900") + "]}")
                .expect(422);
        assertThat(refused.path("detail").asText())
                .isEqualTo("gpus[0].temperature_celsius must be within -60..200, was 900.0.");
        post("/v1/miners/telemetry", key, "{\"gpus\":[" + gpu(GPU + 1, "\"temperature_celsius\":90") + "]}")
                .expect(202);
        post("/v1/miners/telemetry", OPERATOR, "{\"gpus\":[]}").expect(403);
    }

    @Test
    void silenceOfAMinerThatBeatsIsAnAlertAndOfOneThatDoesNotIsNone() {
        String talks = miner("m-talks", 1);
        String silent = miner("m-silent", 1);
        keeps(talks, GPU + 1, "\"temperature_celsius\":50", 0);
        keeps(silent, GPU + 2, "\"temperature_celsius\":50", 0);
        for (int minute = 0; minute < 6; minute++) {
            clock.advance(Duration.ofMinutes(1));
            beat(talks);
            schedule.sweep();
        }
        List<String> firing = firing();
        assertThat(firing).containsExactly("TELEMETRY_STALE");
        assertThat(get("/v1/alerts?gpu=" + GPU + 1, VIEWER).expect(200)).hasSize(1);
    }

    @Test
    void xidsComeWithTheirJob() {
        String key = miner("m-1", 1);
        keeps(key, GPU + 1, "\"temperature_celsius\":50", 20);
        says(key, GPU + 1, "\"temperature_celsius\":50,\"xids\":[{\"xid\":79,\"at\":\"" + clock.instant() + "\"}]");
        schedule.sweep();
        clock.advance(Duration.ofSeconds(10));
        keeps(key, GPU + 1, "\"temperature_celsius\":50", 0);
        assertThat(firing()).containsExactly("XID_HARDWARE");
        assertThat(state(GPU + 1)).isEqualTo("QUARANTINED");
    }

    private JsonNode put(String yaml, int status) {
        return send("PUT", "/v1/alert-rules", OPERATOR, yaml).expect(status);
    }

    private JsonNode json(String body) {
        try {
            return json.readTree(body);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void manyHotGpusOfOneModelAreOneIncident() {
        String key = miner("m-1", 4);
        String gpus = IntStream.rangeClosed(1, 4)
                .mapToObj(i -> gpu(GPU + i, "\"temperature_celsius\":84"))
                .collect(Collectors.joining(","));
        for (int i = 0; i < 8; i++) {
            tells(key, "[" + gpus + "]", "[]");
            schedule.sweep();
            clock.advance(Duration.ofSeconds(10));
        }
        JsonNode incidents = get("/v1/incidents", VIEWER).expect(200);
        assertThat(incidents).hasSize(1);
        assertThat(incidents.get(0).path("rule").asText()).isEqualTo("THERMAL_WARNING");
        assertThat(incidents.get(0).path("gpus")).hasSize(4);
    }

    @Test
    void aGpuThatWasNotSeenForAMonthIsForgotten() {
        String key = miner("m-1", 1);
        says(key, GPU + 1, "\"temperature_celsius\":50");
        schedule.sweep();
        clock.advance(Duration.ofDays(31));
        schedule.forgetOld();
        get("/v1/gpus/" + GPU + "1", VIEWER).expect(404);
    }
}
