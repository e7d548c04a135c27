package io.aitbc.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.sample.SampleApplication;
import io.aitbc.testsupport.TestDatabase;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(classes = SampleApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@AutoConfigureObservability(tracing = false)
class ServiceTest {

    private static final String OPERATOR = "operator-key-one";

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestDatabase.register(registry);
    }

    @Autowired
    private Flyway flyway;

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final ObjectMapper json = new ObjectMapper();

    @ParameterizedTest
    @CsvSource({
        "/who, operator-key-one, 200",
        "/who, operator-key-two, 200",
        "/who, viewer-key-one, 200",
        "/who, wrong, 401",
        "/who, '', 401",
        "/limited?hours=1, viewer-key-one, 403",
        "/open, '', 200",
        "/open, wrong, 200",
        "/health, '', 200",
        "/v1/health, '', 200",
        "/actuator/health, '', 200",
        "/actuator/prometheus, '', 401",
        "/metrics, '', 401",
        "/metrics, viewer-key-one, 200",
        "/actuator/prometheus, viewer-key-one, 200",
        "/actuator/env, operator-key-one, 404",
        "/nowhere, operator-key-one, 404",
    })
    void eachRoleReachesWhatItMay(String path, String key, int status) throws Exception {
        assertThat(get(path, key).statusCode()).isEqualTo(status);
    }

    @Test
    void aKeyAlsoComesAsXApiKey() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/who"))
                .header("X-Api-Key", "viewer-key-one")
                .build();
        assertThat(send(request).body()).contains("\"role\":\"VIEWER\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"count\": \"many\"}",
                "{\"count\": 1.5}",
                "{\"count\": 99999999999}",
                "{\"ratio\": \"NaN\"}",
                "{\"ratio\": 1e400}",
                "{\"amount\": 1e1000000000}",
                "{\"amount\": \"1e999999\"}",
                "{\"at\": \"yesterday\"}",
                "{\"colour\": \"BLUE\"}",
                "{\"some_name\": {}}",
                "{} {}",
            })
    void whatCannotBeReadIsA400(String body) throws Exception {
        HttpResponse<String> answer = post("/things", OPERATOR, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        isProblem(answer);
    }

    @Test
    void anUnknownEnumValueIsRefusedByName() throws Exception {
        assertThat(post("/things", OPERATOR, "{\"colour\": \"BLUE\"}").body())
                .contains("colour must be one of RED, GREEN");
    }

    @Test
    void aBrokenRuleIsA422ThatNamesTheField() throws Exception {
        HttpResponse<String> answer = post("/things", OPERATOR, "{\"unknown_field\": 1}");
        assertThat(answer.statusCode()).isEqualTo(422);
        JsonNode problem = isProblem(answer);
        assertThat(problem.at("/errors/0/field").asText()).isEqualTo("some_name");
        assertThat(get("/limited?hours=11", OPERATOR).statusCode()).isEqualTo(422);
        assertThat(get("/limited?hours=many", OPERATOR).statusCode()).isEqualTo(400);
        assertThat(get("/limited", OPERATOR).statusCode()).isEqualTo(400);
        assertThat(get("/limited", OPERATOR).body()).contains("Required parameter 'hours' is not present.");
    }

    /** Where a parameter has a rule of its own, Spring checks the body another way. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /keyed/x            | {}                     | some_name must not be null
            /keyed/longer       | {"some_name": "x"}     | thing_name size must be between 0 and 5
            /keyed/x?how_many=11| {"some_name": "x"}     | how_many must be less than or equal to 10
            /listed             | [{}, {}, {}]           | the body size must be between 0 and 2
            /listed             | [{"some_name": "x"}, {}] | [1].some_name must not be null
            /listed             | [null]                 | the body[0] must not be null
            """)
    void aBrokenRuleNamesWhatTheCallerKnowsAndNoParameterOfOurs(String path, String body, String detail)
            throws Exception {
        HttpResponse<String> answer = post(path, OPERATOR, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(isProblem(answer).path("detail").asText()).contains(detail).doesNotContain("asked", "thingName");
    }

    @Test
    void aHeaderThatBreaksARuleIsNamedAsItIsWritten() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/keyed/x"))
                .header("Authorization", "Bearer " + OPERATOR)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "longer")
                .POST(HttpRequest.BodyPublishers.ofString("{\"some_name\": \"x\"}"))
                .build();
        assertThat(isProblem(send(request)).path("detail").asText())
                .isEqualTo("Idempotency-Key size must be between 0 and 5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null"})
    void aBodyThatIsMissingIsSaidToBe(String body) throws Exception {
        for (String path : new String[] {"/things", "/keyed/x", "/listed"}) {
            HttpResponse<String> answer = post(path, OPERATOR, body);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(isProblem(answer).path("detail").asText())
                    .isEqualTo("This call needs a body: send it as JSON, not null.");
        }
    }

    @Test
    void decimalsPassWithoutLoss() throws Exception {
        assertThat(post("/things", OPERATOR, "{\"some_name\":\"x\",\"amount\":123456789012.12345678}")
                        .body())
                .contains("\"amount\":123456789012.12345678");
        assertThat(post("/things", OPERATOR, "{\"some_name\":\"x\",\"amount\":1e-8}")
                        .body())
                .contains("\"amount\":0.00000001");
        assertThat(post("/things", OPERATOR, "{\"some_name\":\"x\",\"amount\":0E-8}")
                        .body())
                .contains("\"amount\":0.00000000,");
    }

    @Test
    void aNulCharacterIsTheCallersFaultNotOurs() throws Exception {
        HttpResponse<String> answer = post("/stored", OPERATOR, "{\"some_name\": \"a\\u0000b\"}");
        assertThat(answer.statusCode()).isEqualTo(422);
        isProblem(answer);
    }

    @Test
    void aFailureOfOursShowsNoInside() throws Exception {
        HttpResponse<String> answer = get("/broken/deeply", OPERATOR);
        assertThat(answer.statusCode()).isEqualTo(500);
        isProblem(answer);
        assertThat(answer.body()).doesNotContain("secret", "Exception", "io.aitbc");
    }

    @Test
    void bodiesAreBoundedWhetherTheyDeclareALengthOrNot() throws Exception {
        String tooMuch = "{\"some_name\":\"" + "x".repeat(1 << 20) + "\"}";
        assertThat(post("/things", OPERATOR, tooMuch).statusCode()).isEqualTo(413);
        HttpRequest chunked = HttpRequest.newBuilder(uri("/things"))
                .header("Authorization", "Bearer " + OPERATOR)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(tooMuch.getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .build();
        assertThat(send(chunked).statusCode()).isEqualTo(413);
        assertThat(post("/large/things", OPERATOR, tooMuch).statusCode()).isEqualTo(200);
    }

    @Test
    void theCallersRequestIdComesBackWhenItIsPlain() throws Exception {
        assertThat(withRequestId("abc-1").headers().firstValue("X-Request-Id")).hasValue("abc-1");
        assertThat(withRequestId("a b").headers().firstValue("X-Request-Id").orElse(""))
                .hasSize(36);
    }

    @Test
    void theAuditLogKeepsWhoAndWhatAndCannotBeChanged() throws Exception {
        assertThat(post("/audited", OPERATOR, "{\"a\": 1}").statusCode()).isEqualTo(200);
        assertThat(jdbc.sql("SELECT actor || ' ' || action || ' ' || (after ->> 'a') FROM audit_log")
                        .query(String.class)
                        .list())
                .contains("operator sample.change 1");
        for (String change :
                new String[] {"DELETE FROM audit_log", "UPDATE audit_log SET actor = 'x'", "TRUNCATE audit_log"}) {
            assertThatThrownBy(() -> jdbc.sql(change).update()).hasMessageContaining("append-only");
        }
    }

    @Test
    void theAuditLogIsReadTheNewestFirst() throws Exception {
        for (int i = 1; i <= 3; i++) {
            post("/audited", OPERATOR, "{\"number\": 0.0000000" + i + "}");
        }
        String all = "/v1/audit?action=sample.change&subject=thing-1&caller=operator&from=2020-01-01T00:00:00Z";
        HttpResponse<String> first = get(all + "&limit=2", OPERATOR);
        JsonNode page = json.readTree(first.body());
        assertThat(page.at("/items/0/after/number").decimalValue()).isEqualByComparingTo("0.00000003");
        assertThat(first.body()).contains("0.00000003").doesNotContain("E-");
        assertThat(page.at("/items/0/role").asText()).isEqualTo("OPERATOR");
        assertThat(page.at("/items/0/before").isNull()).isTrue();
        assertThat(page.at("/items/0/request_id").asText()).hasSize(36);
        assertThat(page.at("/items/1/after/number").decimalValue()).isEqualByComparingTo("0.00000002");
        String next = page.path("next").asText();
        assertThat(first.headers().firstValue("Link").orElse("")).contains("cursor=" + next, "rel=\"next\"");
        JsonNode second =
                json.readTree(get(all + "&limit=1&cursor=" + next, OPERATOR).body());
        assertThat(second.at("/items/0/after/number").decimalValue()).isEqualByComparingTo("0.00000001");
        for (String none : new String[] {
            "action=other", "subject=thing", "caller=viewer", "to=2020-01-01T00:00:00Z", "from=2999-01-01T00:00:00Z"
        }) {
            assertThat(json.readTree(get("/v1/audit?" + none, OPERATOR).body()).path("items"))
                    .as(none)
                    .isEmpty();
        }
        assertThat(get("/v1/audit", "viewer-key-one").statusCode()).isEqualTo(403);
        assertThat(get("/v1/audit?cursor=x", OPERATOR).statusCode()).isEqualTo(400);
        assertThat(get("/v1/audit?action=%00", OPERATOR).statusCode()).isEqualTo(422);
    }

    @Test
    void uptimeAndRestartsAreMetrics() throws Exception {
        assertThat(get("/metrics", OPERATOR).body())
                .contains("service_uptime_seconds ", "service_downtime_seconds ", "service_restart_count ");
    }

    @Test
    void anOlderVersionRefusesWhatANewerOneHasWritten() {
        assertThat(flyway.getConfiguration().getIgnoreMigrationPatterns()).isEmpty();
    }

    @Test
    void theApiDescribesItsRefusals() throws Exception {
        JsonNode api = json.readTree(get("/v3/api-docs", "").body());
        JsonNode health = api.at("/paths/~1health/get/responses");
        JsonNode audit = api.at("/paths/~1v1~1audit/get/responses");
        assertThat(health.fieldNames()).toIterable().containsExactlyInAnyOrder("200", "503");
        assertThat(audit.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("200", "400", "401", "403", "422", "429", "503");
        assertThat(audit.at("/401/content/application~1problem+json/schema/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/Problem");
        assertThat(api.at("/components/schemas/Problem/properties/detail").isMissingNode())
                .isFalse();
    }

    @Test
    void theApiDescribesItselfWithItsRoles() throws Exception {
        assertThat(get("/v3/api-docs", "").body()).contains("/things", "Roles: [OPERATOR]", "\"some_name\"");
        assertThat(get("/swagger-ui/index.html", "").statusCode()).isEqualTo(200);
    }

    private JsonNode isProblem(HttpResponse<String> answer) throws Exception {
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = json.readTree(answer.body());
        assertThat(problem.get("type").asText()).startsWith("urn:aitbc:problem:");
        assertThat(problem.get("detail").asText()).isNotBlank();
        return problem;
    }

    private HttpResponse<String> withRequestId(String id) throws Exception {
        return send(
                HttpRequest.newBuilder(uri("/open")).header("X-Request-Id", id).build());
    }

    private HttpResponse<String> get(String path, String key) throws Exception {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + key)
                .build());
    }

    private HttpResponse<String> post(String path, String key, String body) throws Exception {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
