package io.aitbc.monitoring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.RunningMonitoring;
import io.aitbc.monitoring.TestExporter;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import io.aitbc.monitoring.target.InvalidTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** The way config, over HTTP. */
@DirtiesContext
@TestPropertySource(properties = "MONITORING_TARGETS=config")
class ConfigModeTest extends RunningMonitoring {

    private static final String THEIRS = """
            # Kept.
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: itself # kept too
                static_configs: [{targets: ["127.0.0.1:1"]}]
            """;

    private static @Nullable RealPrometheus started;

    @Autowired
    private PrometheusClient prometheus;

    @BeforeAll
    static void itIsThere() {
        RealPrometheus.assumeInstalled();
    }

    @DynamicPropertySource
    static void ownServer(DynamicPropertyRegistry registry) {
        registry.add("monitoring.prometheus.url", () -> server().url());
        registry.add("PROMETHEUS_CONFIG_PATH", () -> server().config().toString());
    }

    private static synchronized RealPrometheus server() {
        RealPrometheus running = started == null ? RealPrometheus.start(THEIRS) : started;
        started = running;
        return running;
    }

    @AfterAll
    static void end() {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void twoSessionsOverOneExporter() throws IOException {
        Path file = server().config();
        try (TestExporter exporter = new TestExporter(() -> "requests_total 1\n")) {
            String one = session("one");
            String two = session("two");
            assertThat(Files.readString(file)).isEqualTo(THEIRS);
            String body = """
                    {"job_id": 7, "target_type": "vllm", "scrape_config": {"job_name": "vllm", "targets": ["%s"],
                     "params": {"match[]": ["up", "a\\"b"]}}}
                    """.formatted(exporter.address());
            for (String session : List.of(one, two)) {
                assertThat(post(OPERATOR, session + "/targets", body).status()).isEqualTo(201);
                assertThat(post(OPERATOR, session + "/targets", body).status()).isEqualTo(200);
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(get(VIEWER, one)
                                            .body()
                                            .path("state")
                                            .asText()
                                    + get(VIEWER, two).body().path("state").asText())
                            .isEqualTo("RUNNINGRUNNING"));
            assertThat(scraped()).contains(one + " vllm", two + " vllm");
            Answer asked = get(VIEWER, "/api/v1/sd/targets");
            assertThat(asked.status())
                    .as("404 would have Prometheus keep its list")
                    .isEqualTo(200);
            assertThat(asked.response().body()).as("only the one way").isEqualTo("[]");
            assertThat(Files.readString(file)).contains(THEIRS);

            assertThat(send(OPERATOR, "DELETE", one, null).status()).isEqualTo(204);
            assertThat(scraped()).contains(two + " vllm").doesNotContain(one + " vllm");
            assertThat(post(OPERATOR, two + "/stop", "").status()).isEqualTo(200);
            assertThat(scraped()).doesNotContain(two + " vllm");
            assertThat(Files.readString(file)).endsWith(THEIRS);

            JsonNode generations =
                    get(VIEWER, "/api/v1/config/generations?limit=3").body();
            assertThat(generations.path("items").findValuesAsText("verdict"))
                    .containsExactly("APPLIED", "APPLIED", "APPLIED");
            assertThat(generations.path("items").path(0).path("diff").asText()).contains("\n-- job_name: two");
            Answer next = get(
                    VIEWER,
                    "/api/v1/config/generations?limit=3&cursor="
                            + generations.path("next").asText());
            assertThat(next.body().path("items").size()).isPositive();
        }
    }

    @Test
    void whatIsInvalidDoesNotTouchTheFile() throws IOException {
        Path file = server().config();
        String session = session("invalid");
        String before = Files.readString(file);
        FileTime longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(file, longAgo);
        InvalidTargets.byField()
                .forEach((name, body) -> assertThat(
                                post(OPERATOR, session + "/targets", body).status())
                        .as(name)
                        .isEqualTo(422));
        assertThat(Files.readString(file)).isEqualTo(before);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    }

    @Test
    void whatPrometheusDoesNotTakeIsAnsweredInItsOwnWords() throws IOException {
        Path file = server().config();
        String session = session("refused");
        String before = Files.readString(file);
        String clash =
                before + "  - job_name: %s/vllm-3607637\n".formatted(session.substring(session.lastIndexOf('/') + 1));
        Files.writeString(file, clash);
        Answer taken = post(OPERATOR, session + "/targets", InvalidTargets.VALID);
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.body().path("detail").asText()).contains("another job").contains("is not kept");
        Files.writeString(file, before + "  - no_such_field: 1\n");
        Answer refused = post(OPERATOR, session + "/targets", InvalidTargets.VALID);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("no_such_field not found");
        Files.writeString(file, before);
        assertThat(get(VIEWER, session + "/targets").body().path("items").size())
                .isZero();
        assertThat(jdbc.sql("SELECT count(*) FROM audit_log WHERE action = 'target.add' AND subject LIKE :id")
                        .param("id", session.substring(session.lastIndexOf('/') + 1) + "%")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(Objects.requireNonNull(started).config()).hasContent(before);
    }

    private String session(String name) {
        String id = unique(name);
        post(OPERATOR, "/api/v1/sessions", "{\"session_id\": \"%s\", \"scrape_interval\": \"1s\"}".formatted(id));
        return "/api/v1/sessions/" + id;
    }

    private List<String> scraped() {
        List<String> found = new ArrayList<>();
        for (JsonNode target :
                prometheus.get("/api/v1/targets?state=active").data().path("activeTargets")) {
            JsonNode labels = target.path("labels");
            found.add("/api/v1/sessions/" + labels.path("session_id").asText() + " "
                    + labels.path("job").asText());
        }
        return found;
    }
}
