package io.aitbc.monitoring.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.monitoring.artifact.ArtifactCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

class ArtifactFilesTest extends CollectScene {

    private static final String ONE = ",\"kpis\": [\"throughput_qps\"]";

    @BeforeEach
    void aSession() {
        knownSession();
    }

    @Test
    void theFilesAreListedAndServedAsTheyWereWritten() throws Exception {
        JsonNode run = collected("known", window(""));
        String runId = run.path("run_id").asText();
        Path folder = Path.of(run.path("folder").asText());
        assertThat(folder).isEqualTo(artifacts().resolve("known").resolve(runId));
        assertThat(names(folder))
                .containsExactly(
                        "MANIFEST.json",
                        "MANIFEST.json.sha256",
                        "kpi_long.csv",
                        "metrics_summary.csv",
                        "report.html",
                        "series.csv",
                        "series.parquet");
        assertThat(ArtifactCheck.differences(folder)).isEmpty();
        JsonNode listed = get(VIEWER, "/api/v1/sessions/known/artifacts").body();
        assertThat(listed).hasSize(7);
        for (JsonNode file : listed) {
            assertThat(file.path("run_id").asText()).isEqualTo(runId);
            byte[] written = Files.readAllBytes(folder.resolve(file.path("file").asText()));
            assertThat(file.path("bytes").asLong()).isEqualTo(written.length);
            if (!file.path("sha256").isNull()) {
                assertThat(file.path("sha256").asText()).isEqualTo(sha256(written));
            }
            Answer served = get(VIEWER, file.path("path").asText());
            assertThat(served.status()).isEqualTo(200);
            if (!file.path("file").asText().endsWith(".parquet")) {
                assertThat(served.response().body()).isEqualTo(new String(written, StandardCharsets.UTF_8));
            }
            assertThat(get(
                                    VIEWER,
                                    "/api/v1/sessions/known/artifacts/"
                                            + file.path("file").asText())
                            .status())
                    .isEqualTo(200);
        }
        Answer report = get(VIEWER, "/api/v1/sessions/known/artifacts/report.html");
        assertThat(report.response().headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThat(report.response().headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("sandbox"));
    }

    @Test
    void theNewestRunsFileIsServedWithoutItsId() {
        collected("known", window(ONE));
        String second = collected("known", window(ONE)).path("run_id").asText();
        assertThat(get(VIEWER, "/api/v1/sessions/known/artifacts/MANIFEST.json")
                        .body()
                        .path("run_id")
                        .asText())
                .isEqualTo(second);
        assertThat(get(VIEWER, "/api/v1/sessions/known/artifacts?limit=1").body())
                .hasSize(7);
        assertThat(get(VIEWER, "/api/v1/sessions/known/artifacts").body()).hasSize(14);
    }

    @Test
    void onlyTheRunsOwnFilesAreServed() throws IOException {
        JsonNode run = collected("known", window(ONE));
        Path folder = Path.of(run.path("folder").asText());
        Files.writeString(folder.resolve("secret.txt"), "x");
        String at = "/api/v1/sessions/known/artifacts/";
        for (String name : List.of(
                "secret.txt",
                "..%2f..%2fetc%2fpasswd",
                "%2e%2e",
                "none.csv",
                run.path("run_id").asText() + "/..%2fsecret.txt")) {
            assertThat(get(VIEWER, at + name).status()).as(name).isIn(400, 404);
        }
        Files.delete(folder.resolve("series.csv"));
        Files.createSymbolicLink(folder.resolve("series.csv"), Path.of("/etc/hostname"));
        assertThat(get(VIEWER, at + "series.csv").problem()).isEqualTo("artifact-gone");
        session("empty");
        assertThat(get(VIEWER, "/api/v1/sessions/empty/artifacts/series.csv").status())
                .isEqualTo(404);
    }

    @Test
    void aFolderOfOnesOwnIsTakenByNameOrByPathAndNoRunOverwritesAnother() {
        JsonNode byName = collected("known", window(ONE + ",\"output_dir\": \"results/nightly\""));
        JsonNode byPath = collected("known", window(ONE + ",\"output_dir\": \"" + artifacts() + "/results/nightly\""));
        JsonNode root = collected("known", window(ONE + ",\"output_dir\": \"" + artifacts() + "\""));
        Path nightly = artifacts().resolve("results/nightly");
        assertThat(Path.of(byName.path("folder").asText()).getParent()).isEqualTo(nightly);
        assertThat(names(nightly))
                .containsExactlyInAnyOrder(
                        byName.path("run_id").asText(), byPath.path("run_id").asText());
        assertThat(Path.of(root.path("folder").asText()).getParent()).isEqualTo(artifacts());
        assertThat(get(
                                VIEWER,
                                "/api/v1/sessions/known/artifacts/"
                                        + byName.path("run_id").asText() + "/report.html")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aLinkThatLeadsOutIsRefused() throws IOException {
        Path outside = Files.createTempDirectory("outside");
        try {
            Files.createSymbolicLink(artifacts().resolve("out"), outside);
            for (String dir : List.of("out", "out/deeper", artifacts() + "/out")) {
                Answer answer = collect("known", window(ONE + ",\"output_dir\": \"" + dir + "\""));
                assertThat(answer.status()).as(dir).isEqualTo(400);
                assertThat(answer.body().path("detail").asText()).contains("leads out of ARTIFACTS_DIR");
            }
            assertThat(names(outside)).isEmpty();
        } finally {
            FileSystemUtils.deleteRecursively(outside);
            Files.deleteIfExists(artifacts().resolve("out"));
        }
    }

    @Test
    void aLinkThatIsSetWhileTheRunWaitsIsRefusedToo() throws IOException {
        Path outside = Files.createTempDirectory("outside");
        try {
            Instant soon = Instant.now().plusSeconds(1);
            String body = window(soon.minusSeconds(60), soon, ONE + ",\"output_dir\": \"later\"");
            assertThat(send(OPERATOR, "POST", "/api/v1/sessions/known/collect?wait=0", body)
                            .status())
                    .isEqualTo(202);
            Files.createSymbolicLink(artifacts().resolve("later"), outside);
            jdbc.sql("UPDATE collections SET due_at = now()").update();
            String run = jdbc.sql("SELECT run_id::text FROM collections")
                    .query(String.class)
                    .single();
            JsonNode view =
                    get(VIEWER, "/api/v1/sessions/known/collections/" + run).body();
            for (int i = 0; i < 100 && !view.path("state").asText().equals("FAILED"); i++) {
                java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
                view = get(VIEWER, "/api/v1/sessions/known/collections/" + run).body();
            }
            assertThat(view.path("cause").asText()).isEqualTo("STORAGE");
            assertThat(names(outside)).isEmpty();
        } finally {
            FileSystemUtils.deleteRecursively(outside);
            Files.deleteIfExists(artifacts().resolve("later"));
        }
    }

    @Test
    void aFolderThatCannotBeWrittenFailsTheRunWithTheReason() throws IOException {
        Files.writeString(artifacts().resolve("taken"), "a file");
        Answer answer = collect("known", window(ONE + ",\"output_dir\": \"taken/deeper\""));
        assertThat(answer.status()).isEqualTo(507);
        assertThat(answer.problem()).isEqualTo("artifacts-unwritable");
        assertThat(answer.body().path("detail").asText())
                .contains("The artifacts cannot be written")
                .contains("taken");
        assertThat(state("known")).isEqualTo("FAILED");
        assertThat(names(artifacts())).noneMatch(name -> name.startsWith("."));
        collected("known", window(ONE));
        assertThat(state("known")).isEqualTo("COLLECTED");
    }

    @Test
    void aRunWhoseHolderWasKilledIsTakenUpAndWhatItLeftIsRemoved() throws IOException {
        String id = "01960000-0000-7000-8000-0000000000aa";
        leftBehind(id);
        Path half = Files.createDirectories(artifacts().resolve("known/." + id + ".dead"));
        Files.writeString(half.resolve("metrics_summary.csv"), "half");
        JsonNode run = over(id);
        assertThat(run.path("state").asText()).isEqualTo("COLLECTED");
        assertThat(half).doesNotExist();
        assertThat(ArtifactCheck.differences(Path.of(run.path("folder").asText())))
                .isEmpty();
    }

    @Test
    void aRunThatWasPublishedBeforeItsHolderWasKilledIsNotDoneAgain() throws IOException {
        JsonNode first = collected("known", window(ONE));
        Path folder = Path.of(first.path("folder").asText());
        byte[] manifest = Files.readAllBytes(folder.resolve("MANIFEST.json"));
        String id = first.path("run_id").asText();
        jdbc.sql(
                        "UPDATE collections SET state = 'COLLECTING', manifest = NULL, finished_at = NULL, lease = gen_random_uuid(),"
                                + " leased_until = now() - interval '1 second'")
                .update();
        assertThat(over(id).path("state").asText()).isEqualTo("COLLECTED");
        assertThat(Files.readAllBytes(folder.resolve("MANIFEST.json"))).isEqualTo(manifest);

        Files.writeString(folder.resolve("kpi_long.csv"), "changed");
        jdbc.sql("UPDATE collections SET state = 'COLLECTING', manifest = NULL, finished_at = NULL")
                .update();
        assertThat(over(id).path("state").asText()).isEqualTo("COLLECTED");
        assertThat(ArtifactCheck.differences(folder)).as("written anew").isEmpty();
    }

    @Test
    void aRunThatKillsItsHolderEachTimeComesToAnEnd() throws Exception {
        String id = "01960000-0000-7000-8000-0000000000ab";
        leftBehind(id);
        Path half = Files.createDirectories(artifacts().resolve("known/." + id + ".a-lease"));
        Files.writeString(half.resolve("kpi_long.csv"), "half of");
        jdbc.sql("UPDATE collections SET tries = 5, due_at = now()").update();
        JsonNode run = over(id);
        assertThat(run.path("state").asText()).isEqualTo("FAILED");
        assertThat(run.path("failure").asText()).contains("It was begun 5 times");
        assertThat(state("known")).isEqualTo("FAILED");
        assertThat(half).doesNotExist();
    }

    @Test
    void ofADeletedSessionNothingIsPublished() {
        session("doomed", "custom", "app", "127.0.0.1:9001");
        Answer asked = send(
                OPERATOR,
                "POST",
                "/api/v1/sessions/doomed/collect?wait=0",
                window(Instant.now().minusSeconds(5), Instant.now().plusSeconds(3), ONE));
        assertThat(asked.status()).isEqualTo(202);
        jdbc.sql("DELETE FROM sessions WHERE session_id = 'doomed'").update();
        assertThat(collect("known", window(ONE)).status()).isEqualTo(200);
        assertThat(artifacts().resolve("doomed")).doesNotExist();
    }

    /** As a killed process leaves it: in the middle, with a lease that has ended. */
    private void leftBehind(String id) {
        jdbc.sql("""
                INSERT INTO collections (run_id, session_id, start_time, end_time, output_dir, plan, request_sha256, state,
                    requested_at, due_at, lease, leased_until, tries)
                VALUES (:id::uuid, 'known', :from::timestamptz, :to::timestamptz, 'known',
                    '{"kpis": ["throughput_qps"], "types": ["CUSTOM"], "thresholds": {}}', 'x', 'COLLECTING', now(), now(),
                    gen_random_uuid(), now() - interval '1 second', 1)
                """)
                .param("id", id)
                .param("from", KnownPast.FROM.toString())
                .param("to", KnownPast.TO.toString())
                .update();
    }

    private JsonNode over(String id) {
        for (int i = 0; i < 200; i++) {
            JsonNode run =
                    get(VIEWER, "/api/v1/sessions/known/collections/" + id).body();
            if (!run.path("finished_at").isNull()) {
                return run;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
        throw new AssertionError("the run is not over");
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
