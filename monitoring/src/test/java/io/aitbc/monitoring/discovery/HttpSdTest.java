package io.aitbc.monitoring.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.RunningMonitoring;
import io.aitbc.monitoring.TestExporter;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The way http-sd, with a Prometheus that asks this service. */
@DirtiesContext
class HttpSdTest extends RunningMonitoring {

    private static @Nullable RealPrometheus started;

    @Autowired
    private HikariDataSource pool;

    @Autowired
    private PrometheusClient prometheus;

    @Autowired
    private Environment environment;

    @BeforeAll
    static void itIsThere() {
        RealPrometheus.assumeInstalled();
    }

    @DynamicPropertySource
    static void ownServer(DynamicPropertyRegistry registry) {
        registry.add("monitoring.prometheus.url", () -> {
            started = RealPrometheus.start(RealPrometheus.NOTHING);
            return started.url();
        });
    }

    @AfterAll
    static void end() {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void theSeedsWalkThroughUpToTargets() throws IOException {
        RealPrometheus server = Objects.requireNonNull(started);
        Files.writeString(server.config(), """
                global:
                  scrape_interval: 1s
                scrape_configs:
                  - job_name: sessions
                    http_sd_configs:
                      - url: http://127.0.0.1:%d/api/v1/sd/targets
                        refresh_interval: 1s
                        authorization:
                          type: Bearer
                          credentials: %s
                """.formatted(port, VIEWER));
        prometheus.reload();
        try (TestExporter exporter = new TestExporter(() -> "requests_total 1\n")) {
            String one = session("one", exporter.address());
            String two = session("two", exporter.address());
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(state(one) + " " + state(two))
                            .as(server.log())
                            .isEqualTo("RUNNING RUNNING"));

            // One address, one job name, two sessions: each is scraped with its own labels.
            assertThat(scraped()).containsExactlyInAnyOrder(one, two);
            JsonNode target = get(VIEWER, "/api/v1/sessions/" + one)
                    .body()
                    .path("targets")
                    .path(0);
            assertThat(target.path("instances").path(0).path("health").asText()).isEqualTo("up");
            assertThat(target.path("instances").path(0).path("last_scrape").asText())
                    .endsWith("Z");
            JsonNode series = prometheus
                    .query("requests_total{session_id=\"" + one + "\"}", Instant.now())
                    .data()
                    .path("result")
                    .path(0)
                    .path("metric");
            assertThat(series.path("job").asText()).isEqualTo("vllm");
            assertThat(series.path("job_id").asText()).isEqualTo("7");
            assertThat(series.path("target_type").asText()).isEqualTo("vllm");
            assertThat(series.path("team").asText()).isEqualTo("one's \"team\"");
            assertThat(series.path("instance").asText()).isEqualTo(exporter.address());

            // What cannot be scraped is down, and does not arm.
            String dead = session("dead", "127.0.0.1:" + RealPrometheus.freePort());
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                JsonNode instance = get(VIEWER, "/api/v1/sessions/" + dead + "/targets")
                        .body()
                        .path("items")
                        .path(0)
                        .path("instances")
                        .path(0);
                assertThat(instance.path("health").asText()).isEqualTo("down");
                assertThat(instance.path("last_error").asText()).contains("refused");
            });
            assertThat(state(dead)).isEqualTo("ARMING");

            // The end of one leaves the other.
            assertThat(send(OPERATOR, "DELETE", "/api/v1/sessions/" + one, null).status())
                    .isEqualTo(204);
            assertThat(post(OPERATOR, "/api/v1/sessions/" + dead + "/stop", "").status())
                    .isEqualTo(200);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(scraped()).containsExactly(two));

            // Without Prometheus the status still answers.
            server.stop();
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                Answer status = get(VIEWER, "/api/v1/sessions/" + two);
                assertThat(status.status()).isEqualTo(200);
                assertThat(status.body()
                                .path("targets")
                                .path(0)
                                .path("instances")
                                .path(0)
                                .path("health")
                                .asText())
                        .isEqualTo("unknown");
            });
            withoutDatabase(() -> {
                Answer away = get(VIEWER, "/api/v1/sd/targets");
                assertThat(away.status()).isEqualTo(503);
                assertThat(away.body().isArray()).isFalse();
            });
        }
    }

    @Test
    void saysHowEachIsScraped() {
        String id = unique("how");
        post(OPERATOR, "/api/v1/sessions", "{\"session_id\": \"%s\", \"labels\": {\"team\": \"a\"}}".formatted(id));
        post(OPERATOR, "/api/v1/sessions/" + id + "/targets", """
                {"job_id": 1, "target_type": "node", "scrape_config": {"job_name": "n", "metrics_path": "/m",
                 "targets": ["[::1]:9100", "b:2"], "scheme": "https", "params": {"collect": ["cpu"]},
                 "scrape_interval": "1m30s", "scrape_timeout": "20s"}}
                """);
        Answer answer = get(OPERATOR, "/api/v1/sd/targets");
        assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode group = answer.body().findParents("team").stream()
                .filter(labels -> labels.path("session_id").asText().equals(id))
                .findAny()
                .orElseThrow();
        assertThat(json.convertValue(group, Map.class))
                .isEqualTo(Map.ofEntries(
                        Map.entry("session_id", id),
                        Map.entry("job", "n"),
                        Map.entry("job_id", "1"),
                        Map.entry("target_type", "node"),
                        Map.entry("team", "a"),
                        Map.entry("__metrics_path__", "/m"),
                        Map.entry("__scheme__", "https"),
                        Map.entry("__scrape_interval__", "1m30s"),
                        Map.entry("__scrape_timeout__", "20s"),
                        Map.entry("__param_collect", "cpu")));
        assertThat(get("", "/api/v1/sd/targets").status()).isEqualTo(401);
        send(OPERATOR, "DELETE", "/api/v1/sessions/" + id, null);
        assertThat(get(VIEWER, "/api/v1/sd/targets").response().body()).doesNotContain(id);
    }

    private String session(String name, String address) {
        String id = unique(name);
        post(OPERATOR, "/api/v1/sessions", """
                {"session_id": "%s", "scrape_interval": "1s", "labels": {"team": "%s's \\"team\\""}}
                """.formatted(id, name));
        Answer made = post(OPERATOR, "/api/v1/sessions/" + id + "/targets", """
                {"job_id": 7, "target_type": "vllm", "scrape_config": {"job_name": "vllm", "targets": ["%s"]}}
                """.formatted(address));
        assertThat(made.status()).isEqualTo(201);
        return id;
    }

    private String state(String id) {
        return get(VIEWER, "/api/v1/sessions/" + id).body().path("state").asText();
    }

    private List<String> scraped() {
        List<String> ids = new ArrayList<>();
        for (JsonNode target :
                prometheus.get("/api/v1/targets?state=active").data().path("activeTargets")) {
            ids.add(target.path("labels").path("session_id").asText());
        }
        return ids;
    }

    /** The server lets nobody into the database while this runs. */
    private void withoutDatabase(Runnable work) {
        String url = environment.getRequiredProperty("spring.datasource.url");
        String name = url.substring(url.lastIndexOf('/') + 1).replaceAll("\\?.*", "");
        try (Connection admin = DriverManager.getConnection(
                        url.replace("/" + name, "/postgres"),
                        environment.getRequiredProperty("spring.datasource.username"),
                        environment.getRequiredProperty("spring.datasource.password"));
                Statement statement = admin.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
            try {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
                work.run();
            } finally {
                statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
                // Those that were ended are not given to the next test.
                pool.getHikariPoolMXBean().softEvictConnections();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
