package io.aitbc.benchmarks;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The load driver: starts the packaged services and prints each figure beside its ceiling. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        description = "Starts the packaged services, loads them on 127.0.0.1 for a bounded time, and prints ratios.",
        subcommands = CommandLine.HelpCommand.class)
public final class Benchmarks implements Callable<Integer> {

    @CommandLine.Parameters(
            arity = "0..*",
            defaultValue = "heartbeats,collection,ingest,prometheus",
            split = ",",
            description = "Which: heartbeats, collection, ingest, prometheus. All by default.")
    private String[] which = {};

    @Option(names = "--seconds", defaultValue = "8", description = "Length of each load, default ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--large", defaultValue = "100000", description = "Miners of the large fleet, 0 to skip it.")
    private int large;

    private Benchmarks() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmarks()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        for (String name : which) {
            try (Bench bench = new Bench()) {
                switch (name) {
                    case "heartbeats" -> new HeartbeatBench(bench, seconds).run();
                    case "collection" -> new CollectionBench(bench, large).run();
                    case "ingest" -> new IngestBench(bench).run();
                    case "prometheus" -> new PrometheusBench(bench).run();
                    default -> throw new IllegalArgumentException("no benchmark " + name);
                }
            }
        }
        return 0;
    }
}
