package io.aitbc.agent;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.aitbc.agent.hub.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The program as its user meets it: as a process, and by its command line. */
class MinerAgentTest {

    private static final String REGISTER = "/v1/miners/register";
    private static final String BEAT = "/v1/miners/heartbeat";

    @RegisterExtension
    static final WireMockExtension HUB = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    @TempDir
    Path data;

    private @Nullable Process process;

    @BeforeEach
    void hub() {
        HUB.stubFor(post(REGISTER).willReturn(okJson("{}")));
        HUB.stubFor(post(BEAT).willReturn(okJson("{\"next_heartbeat_seconds\": 0.2, \"commands\": []}")));
    }

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void registersWithTheTokenAndBeatsWithItsOwnKeyUntilItIsAskedToStop() throws Exception {
        Process agent = start("--miner-id", "m-1", "--region", "eu", "--tag", "rack=7", "--base-price", "0.45");
        until(() -> count(BEAT) >= 3);
        String key = Json.MAPPER
                .readTree(data.resolve("keys.json").toFile())
                .path("keys")
                .path("m-1")
                .asText();
        HUB.verify(postRequestedFor(urlEqualTo(REGISTER))
                .withHeader("Authorization", equalTo("Bearer token"))
                .withRequestBody(matchingJsonPath("$.miner_id", equalTo("m-1")))
                .withRequestBody(matchingJsonPath("$.api_key", equalTo(key)))
                .withRequestBody(matchingJsonPath("$.region", equalTo("eu")))
                .withRequestBody(matchingJsonPath("$.tags.rack", equalTo("7")))
                .withRequestBody(matchingJsonPath("$.base_price", equalTo("0.45"))));
        HUB.verify(0, postRequestedFor(urlEqualTo(BEAT)).withHeader("Authorization", equalTo("Bearer token")));

        agent.destroy(); // SIGTERM
        assertThat(agent.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).as(output()).isZero();
        HUB.verify(
                1,
                postRequestedFor(urlEqualTo(BEAT))
                        .withHeader("Authorization", equalTo("Bearer " + key))
                        .withRequestBody(matchingJsonPath("$.status", equalTo("draining"))));
        assertThat(output()).doesNotContain(key);
    }

    @Test
    void theKeyIsOnDiskBeforeTheHubHearsOfItSoThatACrashBetweenIsHarmless() throws Exception {
        HUB.stubFor(post(REGISTER).willReturn(okJson("{}").withFixedDelay(30_000)));
        Process agent = start("--miner-id", "m-1");
        until(() -> Files.exists(data.resolve("keys.json")));
        agent.destroyForcibly().waitFor();
        String kept = Files.readString(data.resolve("keys.json"));

        HUB.stubFor(post(REGISTER).willReturn(okJson("{}")));
        start("--miner-id", "m-1");
        until(() -> count(BEAT) >= 1);
        assertThat(Files.readString(data.resolve("keys.json"))).isEqualTo(kept);
    }

    @Test
    void registersAgainWithTheSameKeyWhenTheHubHasForgottenIt() throws Exception {
        HUB.stubFor(post(BEAT)
                .inScenario("forgetful")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(aResponse().withStatus(401).withBody("{\"detail\": \"unknown key\"}"))
                .willSetStateTo("knows"));
        start("--miner-id", "m-1");
        until(() -> count(REGISTER) == 2 && count(BEAT) >= 2);
        assertThat(HUB.findAll(postRequestedFor(urlEqualTo(REGISTER))))
                .extracting(request -> request.getBodyAsString())
                .satisfies(bodies -> assertThat(bodies.get(0)).isEqualTo(bodies.get(1)));
    }

    @Test
    void aRefusedTokenEndsItWith77AndASentence() throws Exception {
        HUB.stubFor(post(REGISTER).willReturn(aResponse().withStatus(401).withBody("{\"detail\": \"No such key.\"}")));
        Process agent = start();
        assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isEqualTo(77);
        assertThat(output())
                .contains("The hub does not accept the enrolment token. Check --token or POOLHUB_ENROLLMENT_TOKEN.")
                .contains("answered 401: No such key.");
    }

    @Test
    void anIdOfAnotherMinerEndsItWith78() throws Exception {
        HUB.stubFor(post(REGISTER).willReturn(aResponse().withStatus(409)));
        Process agent = start("--miner-id", "m-1");
        assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isEqualTo(78);
        assertThat(output()).contains("The id m-1 belongs to a miner with another key.");
    }

    @Test
    void waitsForAHubThatIsNotThereYet() throws Exception {
        HUB.stubFor(post(REGISTER)
                .inScenario("late")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(aResponse().withStatus(503).withHeader("Retry-After", "0"))
                .willSetStateTo("there"));
        start();
        until(() -> count(REGISTER) >= 2 && count(BEAT) >= 1);
        assertThat(output()).contains("Trying again, at growing intervals");
    }

    @Test
    void whatMakesNoSenseIsAUsageErrorWithAReason() {
        assertUsage("is no address of a service", "--hub", "hub:8210", "--token", "t");
        assertUsage("missing: --hub URL, or POOLHUB_URL", "--token", "t");
        assertUsage("missing: --token TOKEN, or POOLHUB_ENROLLMENT_TOKEN", "--hub", "http://hub");
        assertUsage("--miner-id must be", "--hub", "http://hub", "--token", "t", "--miner-id", "a b");
        assertUsage("--simulate must be within 1..9999", "--hub", "http://hub", "--token", "t", "--simulate", "0");
        assertUsage("--speed must be within", "--hub", "http://h", "--token", "t", "--simulate", "1", "--speed", "0.5");
        assertUsage("--speed must be within", "--hub", "http://h", "--token", "t", "--simulate", "1", "--speed", "NaN");
        assertUsage("Unknown option", "--wrong");
    }

    @Test
    void theEnvironmentIsUsedWhereTheCommandLineIsSilent() {
        StringWriter err = new StringWriter();
        CommandLine line = MinerAgent.commandLine(
                Map.of("POOLHUB_URL", "nonsense", "POOLHUB_ENROLLMENT_TOKEN", "t", "MINER_AGENT_HUB", ""), clock());
        assertThat(line.setErr(new PrintWriter(err)).execute()).isEqualTo(2);
        assertThat(err.toString()).contains("'nonsense' is no address");
    }

    @Test
    void aSecretMayBeAFileOfItsNameInTheFolderOfCredentials() throws Exception {
        Files.writeString(data.resolve("POOLHUB_ENROLLMENT_TOKEN"), "from-the-file\n");
        HUB.stubFor(post(REGISTER).willReturn(aResponse().withStatus(403)));
        Map<String, String> environment = Map.of(
                "POOLHUB_URL", HUB.baseUrl(), "CREDENTIALS_DIRECTORY", data.toString(), "DATA_DIR", data.toString());
        assertThat(MinerAgent.commandLine(environment, clock()).execute("--nvidia-smi", data + "/none"))
                .isEqualTo(77);
        HUB.verify(postRequestedFor(urlEqualTo(REGISTER)).withHeader("Authorization", equalTo("Bearer from-the-file")));
    }

    @Test
    void theBeatFileIsAsOldAsTheLastHeartbeatThatTheHubTook() throws Exception {
        Path file = data.resolve("beat");
        start("--beat-file", file.toString());
        until(() -> Files.exists(file));
        HUB.stubFor(post(BEAT).willReturn(aResponse().withStatus(503)));
        int refused = count(BEAT) + 1;
        until(() -> count(BEAT) > refused);
        String last = Files.readString(file);
        int later = count(BEAT) + 1;
        until(() -> count(BEAT) > later);
        assertThat(file).as("not for one that was refused").hasContent(last.strip());
    }

    @Test
    void helpNamesEveryExitStatusAndHidesTheToken() {
        StringWriter out = new StringWriter();
        CommandLine line = MinerAgent.commandLine(Map.of("POOLHUB_ENROLLMENT_TOKEN", "s3cret"), clock());
        assertThat(line.setOut(new PrintWriter(out)).execute("--help")).isZero();
        assertThat(out.toString())
                .contains("--hub=URL", "--simulate=N", "77   the hub does not accept the token")
                .doesNotContain("s3cret");
    }

    @Test
    void aDataFolderThatCannotBeUsedEndsItWith73() throws Exception {
        Path file = Files.writeString(data.resolve("file"), "");
        StringWriter err = new StringWriter();
        int status = MinerAgent.commandLine(Map.of(), clock())
                .setErr(new PrintWriter(err))
                .execute("--hub", "http://hub", "--token", "t", "--data-dir", file.toString());
        assertThat(status).isEqualTo(73);
        assertThat(err.toString()).contains("cannot be used");
    }

    private static void assertUsage(String reason, String... arguments) {
        StringWriter err = new StringWriter();
        int status = MinerAgent.commandLine(Map.of(), clock())
                .setErr(new PrintWriter(err))
                .execute(arguments);
        assertThat(status).as(err.toString()).isEqualTo(2);
        assertThat(err.toString()).contains(reason);
    }

    private static Clock clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    private Process start(String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MinerAgent.class.getName(),
                "--hub",
                HUB.baseUrl(),
                "--data-dir",
                data.toString(),
                "--nvidia-smi",
                data.resolve("no-nvidia-smi").toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("output").toFile());
        builder.environment().put("POOLHUB_ENROLLMENT_TOKEN", "token");
        process = builder.start();
        return process;
    }

    private String output() throws Exception {
        return Files.readString(data.resolve("output"));
    }

    private static int count(String path) {
        return HUB.findAll(postRequestedFor(urlEqualTo(path))).size();
    }

    private void until(BooleanSupplier holds) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as(output()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
