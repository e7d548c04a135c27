package io.aitbc.monitoring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import io.aitbc.monitoring.prometheus.PrometheusClients;
import io.aitbc.service.web.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What goes wrong between the file and Prometheus is noticed, undone and told. */
class RolloutTest {

    private static final String THEIRS = """
            # Not ours.
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: prometheus # itself
                static_configs:
                  - targets: ['127.0.0.1:1']
            """;

    private static PGSimpleDataSource database = new PGSimpleDataSource();

    private RealPrometheus server = RealPrometheus.start(THEIRS);
    private PrometheusClient prometheus = PrometheusClients.at(server.url());

    @BeforeAll
    static void installed() {
        RealPrometheus.assumeInstalled();
        database = ConfigScene.database();
    }

    @BeforeEach
    void empty() {
        scene(step -> {}).jdbc.sql("TRUNCATE targets, config_generations").update();
    }

    @AfterEach
    void end() {
        server.close();
    }

    private ConfigScene scene(Consumer<Step> witness) {
        return scene(server.config(), "promtool", witness);
    }

    private ConfigScene scene(Path file, String promtool, Consumer<Step> witness) {
        return new ConfigScene(database, server.url(), file, promtool, witness);
    }

    private String running() {
        return prometheus.get("/api/v1/status/config").data().path("yaml").asText();
    }

    private void assertRefused(ConfigScene scene, String slug, Verdict verdict, String words) {
        assertThatThrownBy(() -> scene.add("new", "127.0.0.1:2"))
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> {
                    assertThat(problem.type()).isEqualTo(slug);
                    assertThat(problem.detail()).contains(words);
                });
        assertThat(scene.kept()).as("the target is not kept").isEmpty();
        assertThat(scene.last().verdict()).isEqualTo(verdict);
        assertThat(scene.last().detail()).contains(words);
        assertThat(leftovers()).isEmpty();
    }

    private List<String> leftovers() {
        try (var files = Files.list(server.config().getParent())) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".new"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatGoesWellIsRunAndNoted() throws IOException {
        Files.setPosixFilePermissions(server.config(), PosixFilePermissions.fromString("rw-r-----"));
        ConfigScene scene = scene(step -> {});
        scene.add("new", "127.0.0.1:2");
        assertThat(running()).contains("job_name: s/new").contains("job_name: prometheus");
        assertThat(Files.readString(server.config())).contains(THEIRS.strip());
        assertThat(Files.getPosixFilePermissions(server.config()))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(server.config().resolveSibling("prometheus.yml.last-good")).hasContent(THEIRS);
        assertThat(scene.last().verdict()).isEqualTo(Verdict.APPLIED);
        assertThat(scene.last().diff()).contains("+- job_name: s/new");
        assertThat(PrometheusYaml.sha256(Files.readString(server.config())))
                .hasValue(scene.last().sha256());

        // Whoever takes our job away finds it back; whoever adds one keeps it.
        write(server.config(), THEIRS.replace("prometheus # itself", "mine"));
        assertThat(scene.writer.mend()).isEmpty();
        assertThat(running()).contains("job_name: s/new").contains("job_name: mine");

        // A Prometheus that does not run what the file says is told to read it.
        scene.remove("new");
        assertThat(running()).doesNotContain("s/new");
        assertThat(scene.generations.before(Long.MAX_VALUE, 10))
                .extracting(Generation::verdict)
                .containsExactly(Verdict.APPLIED, Verdict.APPLIED, Verdict.APPLIED);
    }

    @Test
    void aReloadThatPrometheusRejectsIsUndone() throws IOException {
        String broken = THEIRS + "    no_such_field: 1\n";
        Files.writeString(server.config(), broken);
        assertRefused(
                scene(server.config(), "", step -> {}),
                "prometheus-rejected",
                Verdict.REJECTED,
                "no_such_field not found");
        assertThat(server.config()).hasContent(broken);
        assertThat(running()).doesNotContain("s/new");
        String said = String.valueOf(scene(step -> {}).last().detail());
        assertThat(said).contains("Prometheus' log may say more.", "has not read it, for the same reason.");
        assertThat(said.split("no_such_field not found", -1)).as("said once").hasSize(2);
    }

    @Test
    void whatPromtoolRefusesIsNeverPutInPlace() throws IOException {
        String broken = THEIRS + "    no_such_field: 1\n";
        Files.writeString(server.config(), broken);
        FileTime longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(server.config(), longAgo);
        assertRefused(scene(step -> {}), "config-refused", Verdict.REFUSED, "no_such_field not found");
        assertThat(server.config()).hasContent(broken);
        assertThat(Files.getLastModifiedTime(server.config())).isEqualTo(longAgo);
    }

    @Test
    void aPrometheusThatDoesNotReloadIsNoticed() throws IOException {
        server.close();
        server = RealPrometheus.start(THEIRS, false);
        prometheus = PrometheusClients.at(server.url());
        assertRefused(scene(step -> {}), "prometheus-rejected", Verdict.REJECTED, "Lifecycle API is not enabled");
        assertThat(server.config()).hasContent(THEIRS);
    }

    @Test
    void aPrometheusThatRunsAnotherFileIsNoticed() throws IOException {
        Path other = server.config().resolveSibling("other.yml");
        Files.copy(server.config(), other);
        assertRefused(
                scene(other, "promtool", step -> {}),
                "prometheus-partial",
                Verdict.PARTIAL,
                "is not the one that was written");
        assertThat(other).hasContent(THEIRS);
    }

    @Test
    void anotherWriterBetweenIsNoticedAndItsFileStays() throws IOException {
        String others = THEIRS.replace("prometheus # itself", "mine");
        for (Step step : List.of(Step.CHECKED, Step.MOVED)) {
            write(server.config(), THEIRS);
            ConfigScene scene = scene(at -> {
                if (at == step) {
                    write(server.config(), others);
                }
            });
            assertRefused(scene, "config-changed", Verdict.OVERWRITTEN, "Somebody else changed");
            assertThat(server.config()).hasContent(others);
            assertThat(running()).doesNotContain("s/new");
        }
        assertThat(running()).as("read after the move").contains("job_name: mine");
    }

    @Test
    void aPrometheusThatIsAwayIsNoticedBeforeTheFileIsTouched() throws IOException {
        server.stop();
        FileTime longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(server.config(), longAgo);
        ConfigScene scene = scene(step -> {});
        assertThatThrownBy(() -> scene.add("new", "127.0.0.1:2"))
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> assertThat(problem.status().value()).isEqualTo(503));
        assertThat(scene.kept()).isEmpty();
        assertThat(scene.generations.before(Long.MAX_VALUE, 1)).isEmpty();
        assertThat(Files.getLastModifiedTime(server.config())).isEqualTo(longAgo);
        assertThat(scene.writer.mend().orElse("")).contains("Prometheus does not answer");
    }

    @Test
    void aPrometheusThatGoesAwayInBetweenIsNoticedAndTheFileIsAsItWas() {
        ConfigScene scene = scene(step -> {
            if (step == Step.MOVED) {
                server.stop();
            }
        });
        assertRefused(scene, "prometheus-away", Verdict.AWAY, "Prometheus does not answer");
        assertThat(server.config()).hasContent(THEIRS);
        server.start();
        assertThat(scene.writer.mend()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeWrittenIsTold() throws IOException {
        Path staged = server.config().resolveSibling(".prometheus.yml.new");
        Files.createDirectories(staged.resolve("in the way"));
        ConfigScene scene = scene(step -> {});
        assertThatThrownBy(() -> scene.add("new", "127.0.0.1:2")).hasMessageContaining("must be writable");
        assertThat(scene.kept()).isEmpty();
        assertThat(server.config()).hasContent(THEIRS);
    }

    @Test
    void replicasTakeTurns() throws Exception {
        List<CompletableFuture<Void>> changes = new ArrayList<>();
        for (int replica = 0; replica < 2; replica++) {
            ConfigScene scene = scene(step -> {});
            String name = "job-" + replica;
            changes.add(CompletableFuture.runAsync(() -> scene.add(name, "127.0.0.1:2")));
        }
        CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new)).get(90, TimeUnit.SECONDS);
        ConfigScene scene = scene(step -> {});
        assertThat(scene.kept()).containsExactly("job-0", "job-1");
        assertThat(running()).contains("s/job-0", "s/job-1");
        assertThat(scene.generations.before(Long.MAX_VALUE, 10))
                .extracting(Generation::generation)
                .containsExactly(2L, 1L);
    }
}
