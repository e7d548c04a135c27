package io.aitbc.forecasting.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.forecasting.Data;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Forty GPUs are asked for in every hour of ten days; miners have eight. The rest can be worked out by hand. */
class PlanCommandTest {

    private static final int PAST = 10 * 24;
    private static final int HOURS = 10 * 24;

    @TempDir
    Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void unneededMinersGoAtOnceAndTheReserveStays() throws IOException {
        JsonNode replay = steady("--start-capacity", "80").get(0);
        assertBalance(replay, "keep as is", 0, 0, 40 * HOURS, 0);
        assertBalance(replay, "reactive 80 %, every 24 hours", 0, 0, 40 * HOURS, 0);
        // 40 / 0.8 and one miner of 8 in reserve are 58: eight miners.
        assertBalance(replay, "ours, followed at once", 0, 0, 24 * HOURS, 1);
        assertBalance(replay, "perfect foresight, every 24 hours", 0, 0, 0, 1);
        assertThat(out.toString())
                .contains("| ours, followed at once | 0 | 0 | 5760 | 62.5 % | 1 |")
                .contains(
                        "proved right: add_miners 0 of 0; remove_miners 1 of 1; no change 8 of 8 (1 too late to judge)");
    }

    @Test
    void missingMinersComeAfterTheLeadTimeAndAreOrderedOnce() throws IOException {
        JsonNode replay = steady("--start-capacity", "16").get(0);
        assertBalance(replay, "keep as is", HOURS, 24 * HOURS, 0, 0);
        // 40 / 0.8 is 50: seven miners.
        assertBalance(replay, "reactive 80 %, every 24 hours", 30, 24 * 30, 16 * (HOURS - 30), 1);
        assertBalance(replay, "reactive 80 %, every hour", 30, 24 * 30, 16 * (HOURS - 30), 1);
        assertBalance(replay, "ours, followed at once", 30, 24 * 30, 24 * (HOURS - 30), 1);
        assertBalance(replay, "ours, ordered when due", 30, 24 * 30, 24 * (HOURS - 30), 1);
        assertBalance(replay, "perfect foresight, every 24 hours", 30, 24 * 30, 0, 1);
    }

    @Test
    void severalStartsAndLeadTimesAreReplayedInOneGo() throws IOException {
        JsonNode replays = steady("--start-capacity", "60,16", "--lead", "0,30");
        assertThat(replays).hasSize(4);
        assertThat(replays.get(0).get("start_capacity").asDouble())
                .as("whole miners")
                .isEqualTo(64);
        assertThat(replays.get(1).get("lead_hours").asInt()).isZero();
        assertBalance(replays.get(1), "ours, followed at once", 0, 0, 24 * HOURS, 1);
    }

    @Test
    void withoutAStartCapacityTheRuleItselfSaysWhatToStartWith() throws IOException {
        assertThat(steady().get(0).get("start_capacity").asDouble()).isEqualTo(64);
    }

    @Test
    void theNumberOfThreadsDoesNotMatter() throws IOException {
        assertThat(steady("--threads", "1")).isEqualTo(steady("--threads", "3"));
    }

    @Test
    void whatCannotBeReplayedIsRefusedInASentence() throws IOException {
        assertRefused("--target must be above 0 and at most 1, was 0.0", "--target", "0");
        assertRefused("--lead must be within 0..1000, was -1", "--lead", "-1");
        assertRefused("--cool-down must be within 24..1344, was 3", "--cool-down", "3");
        assertRefused("--miner must be a number above 0, was 0.0", "--miner", "0");
        assertRefused("--every must be at least 1, was 0", "--every", "0");
        assertRefused("--reactive must be above 0 and at most 1, was 2.0", "--reactive", "2");
        assertRefused("--start-capacity must be a number of at least 0, was -1.0", "--start-capacity", "-1");
        assertRefused(
                "has 480 rows, of which 480 are used: not enough for 480 before the first decision; give more rows or a "
                        + "smaller --window (at least 24)",
                "--window",
                "480");
    }

    @Test
    void onARealSeriesNobodyServesMoreThanWasAskedAndOursIsNeverShortLongerThanDoingNothing() throws IOException {
        Path file = Data.file("gpu-demand-hourly.csv");
        JsonNode replays = run(List.of(
                "plan",
                file.toString(),
                "--column",
                "gpus_active_requested",
                "--skip",
                "24",
                "--drop-last",
                "3",
                "--every",
                "72",
                "--start-capacity",
                "8000,20000"));
        JsonNode tooSmall = replays.get(0);
        double asked = served(policy(tooSmall, "keep as is"))
                + policy(tooSmall, "keep as is").get("unserved_gpu_hours").asDouble();
        for (JsonNode replay : replays) {
            for (JsonNode policy : replay.get("policies")) {
                assertThat(served(policy) + policy.get("unserved_gpu_hours").asDouble())
                        .as(policy.get("policy").asText())
                        .isCloseTo(asked, within(asked * 1e-9));
            }
        }
        assertThat(unserved(tooSmall, "ours, followed at once"))
                .isLessThan(unserved(tooSmall, "keep as is"))
                .isGreaterThanOrEqualTo(unserved(tooSmall, "perfect foresight, every 72 hours"));
        JsonNode tooLarge = replays.get(1);
        assertThat(idle(tooLarge, "ours, followed at once"))
                .isLessThan(idle(tooLarge, "keep as is"))
                .isGreaterThan(idle(tooLarge, "perfect foresight, every 72 hours"));
    }

    private void assertRefused(String message, String... options) throws IOException {
        assertThat(execute(arguments(options))).isEqualTo(1);
        assertThat(err.toString()).contains(message);
    }

    private static void assertBalance(
            JsonNode replay, String name, int shortage, double unserved, double idle, int changes) {
        JsonNode policy = policy(replay, name);
        assertThat(policy.get("shortage_hours").asInt()).as(name).isEqualTo(shortage);
        assertThat(policy.get("unserved_gpu_hours").asDouble()).as(name).isEqualTo(unserved);
        assertThat(policy.get("idle_gpu_hours").asDouble()).as(name).isEqualTo(idle);
        assertThat(policy.get("changes").asInt()).as(name).isEqualTo(changes);
        double served = 40 * HOURS - unserved;
        assertThat(policy.get("mean_utilisation").asDouble()).as(name).isEqualTo(served / (served + idle));
    }

    private static JsonNode policy(JsonNode replay, String name) {
        for (JsonNode policy : replay.get("policies")) {
            if (policy.get("policy").asText().equals(name)) {
                return policy;
            }
        }
        throw new AssertionError("no row '" + name + "' in " + replay);
    }

    private static double unserved(JsonNode replay, String name) {
        return policy(replay, name).get("unserved_gpu_hours").asDouble();
    }

    private static double idle(JsonNode replay, String name) {
        return policy(replay, name).get("idle_gpu_hours").asDouble();
    }

    private static double served(JsonNode policy) {
        double utilisation = policy.get("mean_utilisation").asDouble();
        return policy.get("idle_gpu_hours").asDouble() * utilisation / (1 - utilisation);
    }

    private JsonNode steady(String... options) throws IOException {
        return run(arguments(options));
    }

    private List<String> arguments(String... options) throws IOException {
        Path csv = folder.resolve("steady.csv");
        Files.writeString(csv, "gpus\n" + "40\n".repeat(PAST + HOURS));
        List<String> arguments =
                new ArrayList<>(List.of("plan", csv.toString(), "--column", "gpus", "--horizon", "48", "--lead", "30"));
        if (!Arrays.asList(options).contains("--window")) {
            arguments.addAll(List.of("--window", "" + PAST));
        }
        for (int i = 0; i < options.length; i += 2) {
            int there = arguments.indexOf(options[i]);
            if (there >= 0) {
                arguments.set(there + 1, options[i + 1]);
            } else {
                arguments.addAll(List.of(options[i], options[i + 1]));
            }
        }
        return arguments;
    }

    private JsonNode run(List<String> arguments) throws IOException {
        Path json = folder.resolve("plan.json");
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--json", json.toString()));
        assertThat(execute(all)).as(err.toString()).isZero();
        return new ObjectMapper().readTree(json.toFile());
    }

    private int execute(List<String> arguments) {
        CommandLine command = ForecastingCommand.commandLine();
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return command.execute(arguments.toArray(new String[0]));
    }
}
