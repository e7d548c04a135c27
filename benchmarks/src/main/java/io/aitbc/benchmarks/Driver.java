package io.aitbc.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. Ends with 1 when a promise does not hold. */
@Command(
        name = "benchmarks/run",
        mixinStandardHelpOptions = true,
        description = {
            "Starts the packaged services on a durable PostgreSQL of their own, loads them, and prints each figure beside",
            "a ceiling measured in the same run. 'micro' runs the JMH benchmarks instead."
        })
public final class Driver implements Callable<Integer> {

    private static final Map<String, Scenario> SCENARIOS = scenarios();

    @Parameters(
            paramLabel = "SCENARIO",
            description =
                    "heartbeats, collection, ingest, prometheus, match, jobs, invoices, console, or all (default)")
    private List<String> names = new ArrayList<>();

    @Option(names = "--quick", description = "shorter runs and a smaller fleet: minutes less, more noise")
    private boolean quick;

    @Option(names = "--hub-jar", description = "default: ${DEFAULT-VALUE}")
    private Path hubJar = Path.of("pool-hub/target/pool-hub-0.1.0-SNAPSHOT.jar");

    @Option(names = "--coordinator-jar", description = "default: ${DEFAULT-VALUE}")
    private Path coordinatorJar = Path.of("coordinator-api/target/coordinator-api-0.1.0-SNAPSHOT.jar");

    @Option(names = "--java-option", description = "for the services' JVMs, once per option; default: what ./run uses")
    private List<String> javaOptions = new ArrayList<>();

    @Option(
            names = "--folder",
            description = "for data and logs, on a real disk: fsync is measured. Default: ${DEFAULT-VALUE}")
    private Path folder = Path.of("benchmarks/target/work");

    private Driver() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Driver()).execute(arguments));
    }

    private static Map<String, Scenario> scenarios() {
        Map<String, Scenario> scenarios = new LinkedHashMap<>();
        scenarios.put("heartbeats", new HeartbeatScenario());
        scenarios.put("collection", new CollectionScenario());
        scenarios.put("ingest", new IngestScenario());
        scenarios.put("prometheus", new PrometheusScenario());
        scenarios.put("match", new MatchScenario());
        scenarios.put("jobs", new JobScenario());
        scenarios.put("invoices", new InvoiceScenario());
        scenarios.put("console", new ConsoleScenario());
        return scenarios;
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        List<Scenario> chosen = chosen();
        for (Path jar : List.of(hubJar, coordinatorJar)) {
            if (!Files.isRegularFile(jar)) {
                throw new IllegalArgumentException(jar + " is missing: build it with mvn -B -DskipTests package");
            }
        }
        List<String> options = javaOptions.isEmpty() ? List.of("-Xmx512m", "-XX:+UseSerialGC") : javaOptions;
        Path work = Files.createDirectories(folder.toAbsolutePath());
        Report report = new Report(System.out);
        report.progress(Machine.describe());
        Path ours = Files.createTempDirectory(work, "run-");
        try (Servers servers = new Servers(new Servers.Setup(hubJar, coordinatorJar, options, ours))) {
            for (Scenario scenario : chosen) {
                scenario.run(servers, report, quick);
            }
        }
        report.print();
        return report.allMet() ? 0 : 1;
    }

    private List<Scenario> chosen() {
        if (names.isEmpty() || names.contains("all")) {
            return List.copyOf(SCENARIOS.values());
        }
        List<Scenario> chosen = new ArrayList<>();
        for (String name : names) {
            Scenario scenario = SCENARIOS.get(name);
            if (scenario == null) {
                throw new IllegalArgumentException(name + " is no scenario; there are " + SCENARIOS.keySet());
            }
            chosen.add(scenario);
        }
        return chosen;
    }
}
