package io.aitbc.poolhub.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.lane.BothWays;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The short way of heartbeats answers what the ordinary way answers. Without a declared length they go the ordinary way. */
class HeartbeatLaneTest extends BothWays {

    HeartbeatLaneTest() {
        super(HeartbeatController.PATH);
    }

    @Autowired
    private MeterRegistry meters;

    @Test
    void aGoodHeartbeatGoesTheShortWay() throws Exception {
        String id = enrol();
        HttpResponse<String> shortWay = send(keyOf(id), "application/json", declared("{\"status\":\"ready\"}"));
        HttpResponse<String> ordinary = send(keyOf(id), "application/json", undeclared("{\"status\":\"ready\"}"));
        assertThat(wentTheShortWay(shortWay)).isTrue();
        assertThat(wentTheShortWay(ordinary)).isFalse();
        assertThat(shortWay.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(shortWay.headers().firstValue("Content-Type"))
                .isEqualTo(ordinary.headers().firstValue("Content-Type"));
        assertThat(shortWay.body()).isEqualTo(ordinary.body());
        assertThat(shortWay.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"status\":\"degraded\",\"current_jobs\":2}",
                "{\"miner_id\":\"somebody-else\"}",
                "{\"current_jobs\":-1}",
                "{\"current_jobs\":1.5}",
                "{\"current_jobs\":\"many\"}",
                "{\"gpu_utilization\":NaN}",
                "{\"memory_used\":1e400}",
                "{\"status\":{}}",
                "{\"status\":\"a\\u0000b\"}",
                "{\"status\":\"ready\"",
                "{\"status\":\"ready\"} trailing",
                "null",
                "[]",
                "[{}]",
                "42",
                "\"ready\"",
                "nonsense",
                "  "
            })
    void bothWaysAnswerAlike(String body) throws Exception {
        String id = enrol();
        same(keyOf(id), "application/json", body);
        same("no-such-key-at-all", "application/json", body);
        same(OPERATOR, "application/json", body);
        same("", "application/json", body);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain",
        "application/json;charset=UTF-8",
        "application/json;charset=ISO-8859-1",
        "application/jsonl"
    })
    void alsoWithOtherContentTypes(String type) throws Exception {
        same(keyOf(enrol()), type, "{\"status\":\"bereit für Arbeit\"}");
    }

    @Test
    void aMinerThatWasRemovedIsRefused() throws Exception {
        String id = enrol();
        assertThat(send(keyOf(id), "application/json", declared("{}")).statusCode())
                .isEqualTo(200);
        delete(OPERATOR, "/v1/miners/" + id + "?force=true");
        same(keyOf(id), "application/json", "{}");
    }

    @Test
    void theyAreCountedByTheirPath() throws Exception {
        send(keyOf(enrol()), "application/json", declared("{}"));
        assertThat(meters.find("http.server.requests")
                        .tag("uri", "/v1/miners/heartbeat")
                        .tag("status", "200")
                        .timers())
                .hasSize(1);
    }
}
