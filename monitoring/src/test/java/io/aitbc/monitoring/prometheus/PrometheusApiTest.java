package io.aitbc.monitoring.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.RunningMonitoring;
import io.aitbc.monitoring.recipe.Recipes;
import io.aitbc.monitoring.recipe.Scope;
import io.aitbc.monitoring.target.TargetType;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

class PrometheusApiTest extends RunningMonitoring {

    private static final String AT = "/api/v1/prometheus/";

    @Autowired
    private Recipes recipes;

    @Autowired
    private PrometheusClient prometheus;

    @BeforeEach
    void itIsThere() {
        RealPrometheus.assumeInstalled();
    }

    @Test
    void itsHealthIsSaid() {
        JsonNode health = get(VIEWER, AT + "health").body();
        assertThat(health.path("healthy").asBoolean()).isTrue();
        assertThat(health.path("ready").asBoolean()).isTrue();
        assertThat(health.path("version").asText()).matches("\\d+\\.\\d+.*");
    }

    @Test
    void queriesArePassedThrough() {
        Answer answer =
                post(VIEWER, AT + "query", "{\"query\": \"vector(41) + 1\", \"time\": \"2026-04-22T12:00:00.5Z\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("status").asText()).isEqualTo("success");
        assertThat(answer.body().at("/data/resultType").asText()).isEqualTo("vector");
        assertThat(answer.body().at("/data/result/0/value/0").decimalValue()).isEqualByComparingTo("1776859200.5");
        assertThat(answer.body().at("/data/result/0/value/1").asText()).isEqualTo("42");
        assertThat(post(VIEWER, AT + "query", "{\"query\": \"time()\"}")
                        .body()
                        .at("/data/result/0")
                        .asLong())
                .as("without a time: now")
                .isCloseTo(Instant.now().getEpochSecond(), org.assertj.core.data.Offset.offset(60L));
    }

    @Test
    void prometheusOwnWordsComeBackAsAProblem() {
        Answer answer = post(VIEWER, AT + "query", "{\"query\": \"sum(\"}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.problem()).isEqualTo("prometheus-refused");
        assertThat(answer.body().path("detail").asText()).contains("parse error");
        assertThat(answer.body().path("error_type").asText()).isEqualTo("bad_data");
        Answer execution = post(
                VIEWER,
                AT + "query",
                "{\"query\": \"label_replace(vector(1), \\\"~\\\", \\\"\\\", \\\"\\\", \\\"\\\")\"}");
        assertThat(execution.status()).isEqualTo(422);
        assertThat(execution.body().path("error_type").asText()).isEqualTo("execution");
    }

    @Test
    void targetsArePassedThroughWithTheirState() {
        JsonNode all = get(VIEWER, AT + "targets").body().path("data");
        assertThat(all.has("activeTargets")).isTrue();
        JsonNode active = get(VIEWER, AT + "targets?state=active").body().path("data");
        assertThat(active.path("droppedTargets").isEmpty()).isTrue();
        assertThat(get(VIEWER, AT + "targets?state=all").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 25000, 1, 25001",
        "0, 10999, 1s, 11000",
        "0, 11000, 1s, 11001",
        "0.5, 3300.6, 0.1, 33002",
        "7, 7, 1m30s, 1"
    })
    void aRangeOverThePointsThatPrometheusGivesAtOnceIsJoined(double start, double end, String step, int points) {
        Answer answer = post(
                VIEWER,
                AT + "query_range",
                "{\"query\": \"time()\", \"start\": %s, \"end\": %s, \"step\": \"%s\"}".formatted(start, end, step));
        assertThat(answer.status()).isEqualTo(200);
        JsonNode values = answer.body().at("/data/result/0/values");
        assertThat(answer.body().at("/data/result")).hasSize(1);
        assertThat(values).hasSize(points);
        BigDecimal stride = step.equals("0.1") ? new BigDecimal("0.1") : BigDecimal.ONE;
        for (int i = 0; i < values.size(); i++) {
            BigDecimal time = values.get(i).get(0).decimalValue();
            assertThat(time)
                    .isEqualByComparingTo(BigDecimal.valueOf(start).add(stride.multiply(BigDecimal.valueOf(i))));
            assertThat(new BigDecimal(values.get(i).get(1).asText())).isEqualByComparingTo(time);
        }
    }

    @Test
    void anAnswerThatIsReadSlowlyHoldsItsTurnSoThatNoMoreAreInMemory() throws IOException {
        String body = "{\"query\": \"time()\", \"start\": 0, \"end\": 400000, \"step\": \"1\"}";
        try (Socket first = new Socket();
                Socket second = new Socket()) {
            for (Socket slow : List.of(first, second)) {
                slow.setReceiveBufferSize(4_096);
                slow.connect(new InetSocketAddress("localhost", port));
                slow.getOutputStream()
                        .write("""
                        POST /api/v1/prometheus/query_range HTTP/1.1\r
                        Host: localhost\r
                        Authorization: Bearer %s\r
                        Content-Type: application/json\r
                        Content-Length: %d\r
                        \r
                        %s""".formatted(VIEWER, body.length(), body).getBytes(StandardCharsets.US_ASCII));
                // Its beginning has come: what has not is in memory.
                assertThat(slow.getInputStream().read()).isEqualTo('H');
            }
            Answer third = post(VIEWER, AT + "query", "{\"query\": \"1\"}");
            assertThat(third.status()).isEqualTo(503);
            assertThat(third.problem()).isEqualTo("too-many-queries");
        }
        Awaitility.await()
                .until(() -> post(VIEWER, AT + "query", "{\"query\": \"1\"}").status() == 200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "query | {} | 422",
                "query | {\"query\": \" \"} | 422",
                "query | {\"query\": 5, \"time\": []} | 400",
                "query | {\"query\": \"1\", \"time\": \"+1000000000-12-31T23:59:59Z\"} | 422",
                "query | {\"query\": \"1\", \"time\": \"1900-01-01T00:00:00Z\"} | 422",
                "query | {\"query\": \"up{a=\\\"\\u0000\\\"}\"} | 200",
                "query_range | {\"query\": \"1\"} | 422",
                "query_range | {\"query\": \"1\", \"start\": 0, \"end\": 10, \"step\": \"0\"} | 422",
                "query_range | {\"query\": \"1\", \"start\": 0, \"end\": 10, \"step\": \"-1\"} | 422",
                "query_range | {\"query\": \"1\", \"start\": 0, \"end\": 10, \"step\": \"1e9\"} | 422",
                "query_range | {\"query\": \"1\", \"start\": 0, \"end\": 10, \"step\": \"0.0001\"} | 422",
                "query_range | {\"query\": \"1\", \"start\": 0, \"end\": 10, \"step\": \"999999y999999999h\"} | 422",
                "query_range | {\"query\": \"1\", \"start\": 10, \"end\": 0, \"step\": \"1\"} | 422",
                "query_range | {\"query\": \"1\", \"start\": 0, \"end\": 99999999, \"step\": \"1\"} | 422",
            })
    void badInputIsRefused(String path, String body, int status) {
        assertThat(post(VIEWER, AT + path, body).status()).isEqualTo(status);
    }

    @Test
    void aQueryThatIsTooLongIsRefused() {
        assertThat(post(VIEWER, AT + "query", "{\"query\": \"" + "1+".repeat(6_000) + "1\"}")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void onlyAnOperatorReloadsAndItIsWrittenDown() {
        assertThat(post(VIEWER, AT + "reload", "").status()).isEqualTo(403);
        assertThat(post(OPERATOR, AT + "reload", "").status()).isEqualTo(200);
        assertThat(jdbc.sql("SELECT count(*) FROM audit_log WHERE action = 'prometheus.reload'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
        assertThat(get("", AT + "health").status()).isEqualTo(401);
    }

    @Test
    void aReloadThatPrometheusRefusesIsSaidInItsWords() throws IOException {
        try (RealPrometheus own = RealPrometheus.start(RealPrometheus.NOTHING)) {
            PrometheusClient client = client(own.url(), 5);
            Path config = own.config();
            Files.writeString(config, "nonsense: [");
            assertThatThrownBy(client::reload)
                    .isInstanceOfSatisfying(
                            PrometheusRefused.class,
                            refused -> assertThat(PrometheusProblems.of(refused)
                                            .status()
                                            .value())
                                    .isEqualTo(502))
                    .hasMessageContaining("failed to reload config");
            own.stop();
            assertThatThrownBy(client::isReady).isInstanceOf(PrometheusAway.class);
            assertThat(PrometheusProblems.of(new PrometheusAway("x")).headers().getFirst("Retry-After"))
                    .isEqualTo("5");
        }
    }

    @Test
    void everyKpiOfOursIsPromqlThatPrometheusTakes() {
        Scope scope = new Scope("bench01", Duration.ofMinutes(10), BigDecimal.TEN);
        for (TargetType type : TargetType.values()) {
            recipes.of(List.of(type))
                    .forEach(kpi -> assertThat(prometheus
                                    .query(kpi.promql(scope), Instant.parse("2026-04-22T12:00:00Z"))
                                    .data()
                                    .path("result"))
                            .as(kpi.name())
                            .isEmpty());
        }
        JsonNode listed = get(VIEWER, "/api/v1/kpis").body();
        assertThat(listed.size()).isGreaterThan(30);
        assertThat(listed.at("/0/target_type").asText()).isEqualTo("vllm");
    }

    private PrometheusClient client(String url, int seconds) {
        return new PrometheusClient(new PrometheusSettings(java.net.URI.create(url), seconds), json);
    }
}
