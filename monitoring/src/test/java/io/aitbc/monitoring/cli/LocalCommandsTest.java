package io.aitbc.monitoring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LocalCommandsTest extends CommandScene {

    private static final Path PAGE = Path.of("../docs/monitoring-cli.md");

    private record Kpi(
            String name,
            @Nullable BigDecimal valueOfA,
            @Nullable BigDecimal valueOfB) {}

    private record Side(String runOfA, List<Kpi> kpis) {}

    @Test
    void verifyTellsWhetherArtifactsAreAsTheyWereWritten() {
        assertThat(run("verify", folder.toString())).isEqualTo(new Run(0, folder + " is as it was written.\n", ""));
        differences = List.of("series.csv has 12 bytes, not 13", "MANIFEST.json was changed");
        Run run = run("verify", folder.toString());
        assertThat(run).isEqualTo(new Run(1, "series.csv has 12 bytes, not 13\nMANIFEST.json was changed\n", ""));
        Run json = run("verify", "--json", folder.toString());
        assertThat(json.exit()).isEqualTo(1);
        assertThat(json.json().path("ok").asBoolean(true)).isFalse();
        assertThat(json.json().path("differences")).hasSize(2);
        assertThat(run("verify", folder + "/none").exit()).isEqualTo(5);
        assertThat(run("verify").exit()).isEqualTo(2);
    }

    @Test
    void compareSetsTwoRunsSideBySide() {
        comparison = new Side("r-1", List.of(new Kpi("throughput_qps", new BigDecimal("12.50"), null)));
        assertThat(run("compare", folder.toString(), folder.toString())).isEqualTo(new Run(0, """
                run_of_a: r-1

                kpis:
                name            value_of_a  value_of_b
                throughput_qps  12.50       -
                """, ""));
        assertThat(run("compare", folder.toString(), folder.toString(), "--json")
                        .json()
                        .path("kpis")
                        .path(0)
                        .path("value_of_a")
                        .asText())
                .isEqualTo("12.50");
        assertThat(looked).as("verified, then compared").hasSize(8);
        differencesOf = path -> path.endsWith("b") ? List.of("series.csv was changed.") : List.of();
        String changed = java.util.Objects.requireNonNull(folder.resolve("b")).toString();
        assertThat(new java.io.File(changed).mkdir()).isTrue();
        Run told = run("compare", folder.toString(), changed);
        assertThat(told.exit()).isEqualTo(1);
        assertThat(told.out()).as("the comparison all the same").contains("throughput_qps");
        assertThat(told.err()).isEqualTo(changed + " is not as it was written: series.csv was changed.\n");
        Run asJson = run("compare", folder.toString(), changed, "--json");
        assertThat(asJson.exit()).isEqualTo(1);
        assertThat(asJson.json().path("differences_a")).isEmpty();
        assertThat(asJson.json().path("differences_b")).hasSize(1);
        assertThat(run("compare", folder.toString(), folder + "/none").exit()).isEqualTo(5);
        assertThat(run("compare", folder.toString()).exit()).isEqualTo(2);
    }

    @Test
    void aCappedQuantileIsShownAsABound() {
        comparison = Map.of(
                "rows",
                List.of(Map.of(
                        "kpi", "p99", "status_a", "CAPPED_AT_INF", "value_a", 50, "status_b", "OK", "value_b", 40)));
        assertThat(run("compare", folder.toString(), folder.toString()).out())
                .contains("> 50")
                .doesNotContain("> 40");
    }

    @Test
    void unreadableArtifactsAreFilesOfThisMachine() {
        Surroundings here = Surroundings.ofThisProcess();
        for (String[] arguments :
                new String[][] {{"verify", folder.toString()}, {"compare", folder.toString(), folder.toString()}}) {
            int exit = MonitoringCommand.commandLine(here)
                    .setErr(new java.io.PrintWriter(new java.io.StringWriter()))
                    .setOut(new java.io.PrintWriter(new java.io.StringWriter()))
                    .execute(arguments);
            assertThat(exit).as("an empty folder").isIn(1, 5);
        }
    }

    @Test
    void everyCommandHasHelpAndTheExitStatuses() {
        Run all = run("--help");
        assertThat(all.exit()).isZero();
        for (String name : commands().keySet()) {
            assertThat(all.out()).contains("  " + name + " ");
            Run one = run(name, "--help");
            assertThat(one.exit()).isZero();
            assertThat(one.out()).contains("Usage: monitoring " + name, "--json", "Exit status:", "--url=URL");
            assertThat(one.out()).as("the key is not shown").doesNotContain("k-1");
        }
        assertThat(run("--version").out()).startsWith("monitoring ");
        assertThat(run().exit()).isEqualTo(2);
        assertThat(run("nonsense").exit()).isEqualTo(2);
    }

    @Test
    void aFirstArgumentTellsTheCommandLineFromTheService() {
        for (String first :
                new String[] {"status", "--help", "-h", "--version", "-V", "--json", "--url=http://x", "typo"}) {
            assertThat(MonitoringCommand.isMeant(first, "x")).as(first).isTrue();
        }
        for (String first : new String[] {"--server.port=0", "--spring.profiles.active=x", "--debug"}) {
            assertThat(MonitoringCommand.isMeant(first)).as(first).isFalse();
        }
        assertThat(MonitoringCommand.isMeant()).isFalse();
    }

    /** The page has a heading for each command, and below it each option that this command has of its own, and no other. */
    @Test
    void thePageNamesEveryCommandAndOptionAndNoneElse() throws IOException {
        String page = Files.readString(PAGE, StandardCharsets.UTF_8);
        Map<String, CommandLine> commands = commands();
        Matcher headings = Pattern.compile("(?m)^### `([a-z-]+)").matcher(page);
        TreeSet<String> described = new TreeSet<>();
        while (headings.find()) {
            described.add(headings.group(1));
        }
        assertThat(described).isEqualTo(new TreeSet<>(commands.keySet()));
        commands.forEach((name, command) ->
                assertThat(optionsIn(section(page, "### `" + name))).as(name).isEqualTo(options(command)));
        assertThat(optionsIn(section(page, "## Options of every command")))
                .isEqualTo(new TreeSet<>(List.of("--url", "--key", "--json", "--help", "-h", "--version", "-V")));
        for (int exit : new int[] {0, 1, 2, 3, 4, 5, 70}) {
            assertThat(section(page, "## Exit status")).containsPattern("(?m)^\\| " + exit + " \\|");
        }
    }

    private static String section(String page, String heading) {
        int begin = page.indexOf("\n" + heading);
        assertThat(begin).as(heading).isNotNegative();
        Matcher next = Pattern.compile("(?m)^##").matcher(page);
        return page.substring(begin, next.find(begin + heading.length()) ? next.start() : page.length());
    }

    private static TreeSet<String> optionsIn(String text) {
        TreeSet<String> found = new TreeSet<>();
        Matcher options = Pattern.compile("(?<![A-Za-z0-9-])(--[a-z][a-z-]*|-[A-Za-z])(?![A-Za-z0-9-])")
                .matcher(text);
        while (options.find()) {
            found.add(options.group(1));
        }
        return found;
    }

    private Map<String, CommandLine> commands() {
        return MonitoringCommand.commandLine(Surroundings.ofThisProcess()).getSubcommands();
    }

    private static TreeSet<String> options(CommandLine command) {
        TreeSet<String> own = new TreeSet<>();
        command.getCommandSpec().options().stream()
                .filter(option -> !option.inherited() && !option.usageHelp() && !option.versionHelp())
                .forEach(option -> own.addAll(List.of(option.names())));
        return own;
    }
}
