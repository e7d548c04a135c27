package io.aitbc.monitoring.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.monitoring.RunningMonitoring;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TargetsTest extends RunningMonitoring {

    private static final String SEED = """
            {"job_id": %s, "target_type": "vllm", "scrape_config": {"job_name": "vllm-3607637",
             "metrics_path": "/metrics/vllm/3607637", "targets": ["server-api:8001"]}}
            """;

    private String session() {
        String id = unique("targets");
        post(OPERATOR, "/api/v1/sessions", "{\"session_id\": \"%s\", \"scrape_interval\": \"5s\"}".formatted(id));
        return "/api/v1/sessions/" + id;
    }

    @Test
    void isTakenAsTheSeedDoesIt() {
        String session = session();
        Answer made = post(OPERATOR, session + "/targets", SEED.formatted("\"3607637\""));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body().path("job_id").asText()).isEqualTo("3607637");
        assertThat(made.body().path("target_type").asText()).isEqualTo("vllm");
        var config = made.body().path("scrape_config");
        assertThat(config.path("metrics_path").asText()).isEqualTo("/metrics/vllm/3607637");
        assertThat(config.path("scheme").asText()).isEqualTo("http");
        assertThat(config.path("scrape_interval").asText()).as("the session's").isEqualTo("5s");
        assertThat(config.path("scrape_timeout").asText()).as("never longer").isEqualTo("5s");
        assertThat(get(VIEWER, session).body().path("state").asText()).isEqualTo("ARMING");
    }

    @Test
    void theSameAgainIsTheSameAndAnotherOfTheNameIsRefused() {
        String session = session();
        assertThat(post(OPERATOR, session + "/targets", SEED.formatted("\"3607637\""))
                        .status())
                .isEqualTo(201);
        Answer again = post(OPERATOR, session + "/targets", SEED.formatted("3607637"));
        assertThat(again.status()).as("a number is as good").isEqualTo(200);
        Answer other = post(OPERATOR, session + "/targets", SEED.formatted("1"));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.problem()).isEqualTo("target-exists");
        assertThat(get(VIEWER, session + "/targets").body().path("items").size())
                .isEqualTo(1);
        assertThat(audits(session)).as("each change once").isEqualTo(1);
    }

    @TestFactory
    Stream<DynamicTest> whatPrometheusWouldNotTakeIsRefusedByName() {
        String session = session();
        assertThat(post(OPERATOR, session + "/targets", InvalidTargets.VALID).status())
                .isEqualTo(201);
        return InvalidTargets.byField().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Answer refused = post(OPERATOR, session + "/targets", entry.getValue());
                    assertThat(refused.status()).as(refused.response().body()).isEqualTo(422);
                    assertThat(refused.body()
                                    .path("errors")
                                    .path(0)
                                    .path("field")
                                    .asText())
                            .isEqualTo(
                                    entry.getKey().substring(0, entry.getKey().indexOf(' ')));
                }));
    }

    @Test
    void paramsThatPrometheusDoesNotTakeByHttpSdAreRefusedThere() {
        String session = session();
        Map.of(
                        "{\"b\": [\"1\"], \"a\": [\"1\", \"2\"]}",
                        "'a' has 2",
                        "{\"b\": [\"1\"], \"match[]\": [\"up\"]}",
                        "'match[]' is none")
                .forEach((params, named) -> {
                    Answer refused = post(
                            OPERATOR,
                            session + "/targets",
                            InvalidTargets.VALID.replace("{\"collect\": [\"cpu\"]}", params));
                    assertThat(refused.status()).isEqualTo(422);
                    assertThat(refused.body().path("detail").asText())
                            .contains("MONITORING_TARGETS=config takes all", named);
                });
    }

    @Test
    void fieldsThatThereAreNotAreRefusedByName() {
        String session = session();
        for (String misspelt : new String[] {"target_typ", "scrape_config.metric_path"}) {
            String right = misspelt.contains(".") ? "metrics_path" : "target_type";
            String wrong = misspelt.substring(misspelt.indexOf('.') + 1);
            Answer refused =
                    post(OPERATOR, session + "/targets", InvalidTargets.VALID.replace("\"" + right, "\"" + wrong));
            assertThat(refused.status()).as(misspelt).isEqualTo(422);
            assertThat(refused.problem()).isEqualTo("unknown-field");
            assertThat(refused.body().path("detail").asText()).contains("no field " + misspelt);
        }
    }

    @Test
    void bodiesOfTheWrongShapeAreRefused() {
        String session = session();
        for (String body :
                new String[] {"", "[]", "null", "{\"scrape_config\": []}", "{\"scrape_config\": {\"targets\": {}}}"}) {
            assertThat(post(OPERATOR, session + "/targets", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
    }

    @Test
    void aStoppedSessionTakesNone() {
        String session = session();
        post(OPERATOR, session + "/stop", "");
        Answer refused = post(OPERATOR, session + "/targets", InvalidTargets.VALID);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("session-stopped");
        assertThat(post(OPERATOR, "/api/v1/sessions/none/targets", InvalidTargets.VALID)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aSessionHasAtMost200() {
        String session = session();
        jdbc.sql("""
                INSERT INTO targets (session_id, job_name, job_id, target_type, metrics_path, scheme, params, targets,
                    scrape_interval_ms, scrape_timeout_ms, created_at)
                SELECT :id, 'job-' || n, n, 'node', '/metrics', 'http', '{}', '{a:1}', 1000, 1000, now()
                FROM generate_series(1, 200) AS n
                """)
                .param("id", session.substring(session.lastIndexOf('/') + 1))
                .update();
        assertThat(post(OPERATOR, session + "/targets", InvalidTargets.VALID).problem())
                .isEqualTo("too-many-targets");
    }

    @Test
    void isDroppedAgain() {
        String session = session();
        post(OPERATOR, session + "/targets", InvalidTargets.VALID);
        assertThat(send(VIEWER, "DELETE", session + "/targets/vllm-3607637", null)
                        .status())
                .isEqualTo(403);
        assertThat(send(OPERATOR, "DELETE", session + "/targets/vllm-3607637", null)
                        .status())
                .isEqualTo(204);
        assertThat(send(OPERATOR, "DELETE", session + "/targets/vllm-3607637", null)
                        .problem())
                .isEqualTo("target-not-found");
        assertThat(get(VIEWER, session).body().path("state").asText()).isEqualTo("PLANNED");
        assertThat(audits(session)).isEqualTo(2);
    }

    @Test
    void eachOfANameThatIsTakenAgainStaysWithItsOwnTime() {
        String session = session();
        for (String type : new String[] {"vllm", "node", "custom"}) {
            assertThat(post(OPERATOR, session + "/targets", SEED.formatted("1").replace("\"vllm\"", '"' + type + '"'))
                            .status())
                    .isEqualTo(201);
            if (!type.equals("custom")) {
                assertThat(send(OPERATOR, "DELETE", session + "/targets/vllm-3607637", null)
                                .status())
                        .isEqualTo(204);
            }
        }
        assertThat(get(VIEWER, session + "/targets").body().path("items").findValuesAsText("target_type"))
                .containsExactly("custom");
        assertThat(jdbc.sql("""
                        SELECT target_type FROM targets WHERE session_id = :id AND created_at <= coalesce(deleted_at, created_at)
                        ORDER BY created_at
                        """)
                        .param("id", session.substring(session.lastIndexOf('/') + 1))
                        .query(String.class)
                        .list())
                .containsExactly("vllm", "node", "custom");
    }

    @Test
    void goWithTheirSession() {
        String session = session();
        post(OPERATOR, session + "/targets", InvalidTargets.VALID);
        assertThat(send(OPERATOR, "DELETE", session, null).status()).isEqualTo(204);
        assertThat(get(VIEWER, session + "/targets").status()).isEqualTo(404);
    }

    @Test
    void addressesThatPrometheusDoesNotKnowAreUnknown() {
        String session = session();
        post(OPERATOR, session + "/targets", InvalidTargets.VALID);
        var status = get(VIEWER, session);
        assertThat(status.status()).isEqualTo(200);
        var instance = status.body().path("targets").path(0).path("instances").path(0);
        assertThat(instance.path("instance").asText()).isEqualTo("server-api:8001");
        assertThat(instance.path("health").asText()).isEqualTo("unknown");
        assertThat(instance.path("last_scrape").isNull()).isTrue();
    }

    private int audits(String session) {
        return jdbc.sql("SELECT count(*)::int FROM audit_log WHERE subject LIKE :subject || '/%'")
                .param("subject", session.substring(session.lastIndexOf('/') + 1))
                .query(Integer.class)
                .single();
    }
}
