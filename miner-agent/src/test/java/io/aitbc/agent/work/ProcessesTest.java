package io.aitbc.agent.work;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.hub.Json;
import io.aitbc.agent.hub.ServiceClient;
import io.aitbc.agent.hub.ServiceUrl;
import io.aitbc.agent.storage.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real commands as jobs: run once, told of once, over kills of the agent and absences of the hub. */
class ProcessesTest {

    private static final Clock CLOCK = Clock.systemUTC();
    private static final WireMockServer HUB =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    static {
        HUB.start();
    }

    @TempDir
    private Path home = Path.of("");

    private Agent agent;

    /** What an agent process is made of; killing it leaves nothing behind but files and children. */
    private final class Agent {
        private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
        private final Timing timing = new Timing(thread, CLOCK, new Random(1));
        private final DataFolder folder;
        private final Workshop shop;

        Agent() {
            folder = DataFolder.open(home);
            HubClient hub = new HubClient(
                    new ServiceClient(ServiceUrl.parse(HUB.baseUrl()), CLOCK), "token", Duration.ofSeconds(5));
            shop = new Workshop(
                    folder,
                    hub,
                    "miner-key",
                    timing,
                    workshop -> new Processes(workshop, home.resolve("jobs"), new CommandTemplate("{command}")));
            run(shop::resume);
        }

        void kill() {
            thread.shutdownNow();
            folder.close();
        }

        void give(String jobId, int attempt, String more, String... command) {
            StringBuilder words = new StringBuilder();
            for (String word : command) {
                words.append(words.isEmpty() ? "" : ",").append(Json.write(word));
            }
            String assignment = "{\"assignments\":[{\"job_id\":\"" + jobId + "\",\"attempt\":" + attempt
                    + ",\"gpu_uuids\":[\"GPU-1\"],\"max_duration_s\":60,\"spec\":{\"command\":[" + words + "]}" + more
                    + "}]}";
            run(() -> shop.answered(json(assignment)));
        }

        void run(Runnable step) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            timing.after(Duration.ZERO, () -> {
                step.run();
                done.complete(null);
            });
            done.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    @BeforeEach
    void begin() {
        HUB.resetAll();
        HUB.stubFor(post(urlPathMatching("/v1/jobs/.*")).willReturn(okJson("{\"go_on\":true}")));
        agent = new Agent();
    }

    @AfterEach
    void end() {
        agent.run(agent.shop::stopAll);
        until(() -> agent.shop.size() == 0);
        agent.kill();
    }

    @Test
    void aCommandRunsWithItsGpusAndItsEndIsTold() throws IOException {
        agent.give("j-1", 1, "", "sh", "-c", "echo $CUDA_VISIBLE_DEVICES $JOB_ID; echo oops >&2");
        until(() -> told("j-1").contains("completed"));
        assertThat(told("j-1")).containsExactly("started", "completed");
        assertThat(Files.readString(home.resolve("jobs/j-1-1/stdout"))).isEqualTo("GPU-1 j-1\n");
        JsonNode last = end("j-1");
        assertThat(last.path("exit_code").asInt()).isZero();
        // Both are times of files, which the kernel stamps every few milliseconds only.
        assertThat(Instant.parse(last.path("started_at").asText()))
                .isBeforeOrEqualTo(Instant.parse(last.path("at").asText()));
        assertThat(last.has("sent_at")).isTrue();
    }

    @Test
    void aFailureIsToldWithItsExitCodeAndItsLastWord() {
        agent.give("j-1", 1, "", "sh", "-c", "echo no such file >&2; exit 3");
        until(() -> told("j-1").contains("failed"));
        JsonNode last = end("j-1");
        assertThat(last.path("fail_code").asText()).isEqualTo("job_error");
        assertThat(last.path("detail").asText()).isEqualTo("exit code 3: no such file");
    }

    @Test
    void aJobGoesOnWhileTheAgentIsKilledAndIsToldOfOnce() throws IOException {
        agent.give("j-1", 1, "", "sh", "-c", "echo ran >>" + home + "/ran; sleep 2; exit 0");
        until(() -> Files.exists(home.resolve("ran")));
        until(() -> told("j-1").contains("started"));
        agent.kill();
        agent = new Agent();
        agent.give("j-1", 1, "", "sh", "-c", "echo ran >>" + home + "/ran");
        until(() -> told("j-1").contains("completed"));
        assertThat(told("j-1")).containsExactly("started", "completed");
        assertThat(Files.readString(home.resolve("ran"))).isEqualTo("ran\n");
    }

    @Test
    void anEndThatCameWhileTheAgentWasAwayIsTold() {
        agent.give("j-1", 1, "", "sh", "-c", "sleep 1; exit 7");
        until(() -> told("j-1").contains("started"));
        agent.kill();
        until(() -> Files.exists(home.resolve("jobs/j-1-1/exit")));
        agent = new Agent();
        until(() -> told("j-1").contains("failed"));
        assertThat(end("j-1").path("exit_code").asInt()).isEqualTo(7);
    }

    @Test
    void whatTheHubDidNotHearIsToldWhenItIsBackAlsoByTheNextAgent() {
        HUB.stubFor(post(urlPathMatching("/v1/jobs/.*")).willReturn(aResponse().withStatus(503)));
        agent.give("j-1", 1, "", "true");
        until(() -> agent.shop.size() == 0);
        agent.kill();
        HUB.resetAll();
        HUB.stubFor(post(urlPathMatching("/v1/jobs/.*")).willReturn(okJson("{\"go_on\":true}")));
        agent = new Agent();
        until(() -> told("j-1").size() == 2);
        assertThat(told("j-1")).containsExactly("started", "completed");
        until(agent.shop::isAllTold);
    }

    @Test
    void aStopEndsTheCommandWithAllItsChildren() throws IOException {
        agent.give("j-1", 1, "", "sh", "-c", "echo 41.5 >$JOB_PROGRESS_FILE; sleep 600 & sleep 600; echo late");
        until(() -> Files.exists(home.resolve("jobs/j-1-1/progress")));
        until(() -> told("j-1").contains("started"));
        long shell =
                Long.parseLong(Files.readString(home.resolve("jobs/j-1-1/pid")).strip());
        List<ProcessHandle> family =
                ProcessHandle.of(shell).orElseThrow().descendants().toList();
        assertThat(family).hasSizeGreaterThanOrEqualTo(2);
        agent.run(() -> agent.shop.stop("j-1", 1));
        until(() -> told("j-1").contains("stopped"));
        assertThat(end("j-1").path("progress_s").asDouble()).isEqualTo(41.5);
        until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void whoSavesAndLeavesWithZeroWhenToldToStopIsNotDone() throws IOException {
        agent.give(
                "j-1",
                1,
                "",
                "sh",
                "-c",
                "trap 'echo 12 >$JOB_PROGRESS_FILE; exit 0' TERM; touch up; while :; do sleep 0.1; done");
        until(() -> Files.exists(home.resolve("jobs/j-1-1/up")));
        agent.run(() -> agent.shop.stop("j-1", 1));
        until(() -> told("j-1").contains("stopped"));
        assertThat(end("j-1").path("progress_s").asDouble()).isEqualTo(12);
    }

    @Test
    void aJobThatRunsForTooLongIsEndedAndHasFailed() {
        agent.give("j-1", 1, ",\"max_duration_s\":1", "sleep", "600");
        until(() -> told("j-1").contains("failed"));
        assertThat(end("j-1").path("fail_code").asText()).isEqualTo("timeout");
    }

    @Test
    void aJobThatTheHubDoesNotWantAnyMoreIsStopped() {
        HUB.stubFor(post(urlPathMatching("/v1/jobs/.*")).willReturn(okJson("{\"go_on\":false}")));
        agent.give("j-1", 1, "", "sleep", "600");
        until(() -> told("j-1").contains("stopped"));
    }

    @Test
    void whatCannotBeRunIsTheJobsFaultAndAMissingProgramToo() {
        agent.give("j-1", 1, "");
        until(() -> told("j-1").contains("failed"));
        assertThat(end("j-1").path("detail").asText()).isEqualTo("spec.command is missing");
        agent.give("j-2", 1, "", "/no/such/program");
        until(() -> told("j-2").contains("failed"));
        assertThat(end("j-2").path("exit_code").asInt()).isEqualTo(127);
    }

    @Test
    void templatesAreWordsAndNoShellLooksAtThem() {
        Assignment job = Assignment.of(
                json(
                        "{\"job_id\":\"j\",\"gpu_uuids\":[\"GPU-a\",\"GPU-b\"],\"spec\":{\"image\":\"cuda:12\",\"command\":[\"a b\",\"$(rm)\"]}}"));
        assertThat(new CommandTemplate("docker run --gpus '\"device={gpus}\"' {image} {command}").of(job))
                .containsExactly("docker", "run", "--gpus", "\"device=GPU-a,GPU-b\"", "cuda:12", "a b", "$(rm)");
        assertThatThrownBy(() -> new CommandTemplate("docker run")).hasMessageContaining("{command}");
        assertThatThrownBy(() -> new CommandTemplate("'{command}")).hasMessageContaining("quote");
        Assignment sly = Assignment.of(json("{\"spec\":{\"image\":\"--privileged\",\"command\":[\"x\"]}}"));
        assertThatThrownBy(() -> new CommandTemplate("docker run {image} {command}").of(sly))
                .hasMessage("spec.image must name an image");
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was told, in order; what the hub got twice because an agent died before it heard the answer, once. */
    private static List<String> told(String jobId) {
        List<String> types = new ArrayList<>();
        HUB.findAll(postRequestedFor(urlPathMatching("/v1/jobs/" + jobId + "/events")))
                .forEach(request ->
                        types.add(json(request.getBodyAsString()).path("type").asText()));
        return types.stream().distinct().toList();
    }

    /** What was told last. */
    private static JsonNode end(String jobId) {
        List<LoggedRequest> all = HUB.findAll(postRequestedFor(urlPathMatching("/v1/jobs/" + jobId + "/events")));
        return json(all.get(all.size() - 1).getBodyAsString());
    }

    private static void until(BooleanSupplier holds) {
        Instant end = CLOCK.instant().plusSeconds(30);
        while (!holds.getAsBoolean()) {
            assertThat(CLOCK.instant()).as("it never came about").isBefore(end);
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
