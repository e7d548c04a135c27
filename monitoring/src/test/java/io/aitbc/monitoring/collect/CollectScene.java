package io.aitbc.monitoring.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.RunningMonitoring;
import io.aitbc.monitoring.TestExporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

/** The service over a Prometheus with a known past, and a folder of artifacts. */
abstract class CollectScene extends RunningMonitoring {

    private static final long BEGAN = System.nanoTime();

    /** What the live target counts: 5 requests a second, whenever it is asked. */
    private static final String LIVE = """
            # TYPE http_requests counter
            http_requests_total{code="200"} %s
            """;

    private static @Nullable RealPrometheus server;
    private static @Nullable Path artifacts;

    static synchronized Path artifacts() {
        if (artifacts == null) {
            try {
                Path made = Files.createTempDirectory("artifacts").toRealPath();
                artifacts = made;
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(made.toFile())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return artifacts;
    }

    static synchronized RealPrometheus server() {
        if (server == null) {
            TestExporter live = new TestExporter(() -> LIVE.formatted(1_000 + 5 * (System.nanoTime() - BEGAN) / 1e9));
            RealPrometheus started = KnownPast.start(live);
            server = started;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                started.close();
                live.close();
            }));
        }
        return server;
    }

    @DynamicPropertySource
    static void collectOverAKnownPast(DynamicPropertyRegistry registry) throws IOException {
        Path recipes = Files.createDirectories(
                artifacts().resolve("../recipes-of-" + artifacts().getFileName()));
        Files.writeString(recipes.resolve("mine.yml"), """
                target_type: dcgm
                kpis:
                  - name: refused_by_prometheus
                    unit: x
                    promql: rate(DCGM_FI_DEV_GPU_UTIL{ {{scope}} }[{{window}}]) / on (job) rate(DCGM_FI_DEV_GPU_UTIL{ {{scope}} }[{{window}}])
                  - name: by_zero
                    unit: x
                    promql: sum(rate(DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{ {{scope}} }[{{window}}])) / 0
                """);
        // The scene above names another by PROMETHEUS_URL.
        registry.add(
                "monitoring.prometheus.url",
                () -> RealPrometheus.isInstalled() ? server().url() : "http://127.0.0.1:1");
        registry.add("ARTIFACTS_DIR", () -> artifacts().toString());
        registry.add("RECIPES_DIR", recipes::toString);
        registry.add("COLLECT_SLACK_SECONDS", () -> 0);
        registry.add("COLLECT_LEASE_SECONDS", () -> 5);
    }

    @BeforeEach
    void nothingIsLeft() {
        RealPrometheus.assumeInstalled();
        jdbc.sql("DELETE FROM sessions").update();
    }

    /** A session with a target of each type, as it was registered before the known past. */
    protected void session(String id, String... typesJobsAndAddresses) {
        jdbc.sql("""
                INSERT INTO sessions (session_id, state, scrape_interval_ms, labels, created_at)
                VALUES (:id, 'RUNNING', 1000, '{"model": "tiny"}', now())
                """).param("id", id).update();
        for (int i = 0; i < typesJobsAndAddresses.length; i += 3) {
            jdbc.sql("""
                    INSERT INTO targets (session_id, job_name, job_id, target_type, metrics_path, scheme, params, targets,
                        scrape_interval_ms, scrape_timeout_ms, created_at)
                    VALUES (:id, :job, '1', :type, '/metrics', 'http', '{}', ARRAY[:address], 1000, 1000, :at)
                    """)
                    .param("id", id)
                    .param("at", Timestamp.from(KnownPast.FROM.minusSeconds(60)))
                    .param("type", typesJobsAndAddresses[i])
                    .param("job", typesJobsAndAddresses[i + 1])
                    .param("address", typesJobsAndAddresses[i + 2])
                    .update();
        }
    }

    protected void knownSession() {
        session(
                "known",
                "custom",
                "app",
                "127.0.0.1:9001",
                "node",
                "node",
                "127.0.0.1:9100",
                "dcgm",
                "dcgm",
                "127.0.0.1:9400");
    }

    protected static String window(Instant from, Instant to, String more) {
        return "{\"start_time\": \"%s\", \"end_time\": \"%s\"%s}".formatted(from, to, more);
    }

    protected static String window(String more) {
        return window(KnownPast.FROM, KnownPast.TO, more);
    }

    protected Answer collect(String session, String body) {
        return post(OPERATOR, "/api/v1/sessions/" + session + "/collect", body);
    }

    /** Collects it and gives the run. */
    protected JsonNode collected(String session, String body) {
        Answer answer = collect(session, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(answer.body().path("state").asText()).isEqualTo("COLLECTED");
        return answer.body();
    }

    protected static JsonNode kpi(JsonNode run, String name) {
        for (JsonNode kpi : run.path("kpis")) {
            if (kpi.path("name").asText().equals(name)) {
                return kpi;
            }
        }
        throw new AssertionError("the run has no KPI " + name);
    }

    protected String state(String session) {
        return jdbc.sql("SELECT state FROM sessions WHERE session_id = :id")
                .param("id", session)
                .query(String.class)
                .single();
    }

    /** All that is in a folder, by its name. */
    protected static List<String> names(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(folder)) {
            return list.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected static List<CSVRecord> csv(Path file) {
        try (CSVParser parser = CSVParser.parse(Files.newBufferedReader(file), CSVFormat.RFC4180)) {
            return parser.getRecords();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
