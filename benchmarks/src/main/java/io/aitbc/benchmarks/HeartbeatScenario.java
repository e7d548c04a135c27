package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.HttpLoad;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many heartbeats per second the hub makes durable before it answers them. */
final class HeartbeatScenario implements Scenario {

    private static final int MINERS = 10_000;
    private static final List<Integer> CONNECTIONS = List.of(64, 128, 256, 512);

    private record Run(double perSecond, double p50, double p99, double cpuMicros) {}

    @Override
    public void run(Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        Servers.Database database = servers.hubDatabase();
        try (Connection connection = database.connect()) {
            Fleet.miners(connection, MINERS);
            report.progress("PostgreSQL: fsync " + Sql.text(connection, "SHOW fsync") + ", synchronous_commit "
                    + Sql.text(connection, "SHOW synchronous_commit"));
        }
        SingleRowCommits ceiling = new SingleRowCommits(database, MINERS);
        Duration length = Duration.ofSeconds(quick ? 4 : 10);
        List<Double> ceilings = new ArrayList<>();
        Map<Integer, List<Run>> runs = new LinkedHashMap<>();
        try (ServiceProcess hub = servers.hub(database, Map.of())) {
            report.progress("warming up");
            load(hub, 128, Duration.ofSeconds(quick ? 15 : 30));
            for (int round = 0; round < (quick ? 1 : 3); round++) {
                ceilings.add(ceiling.perSecond(length));
                for (int connections : CONNECTIONS) {
                    Run run = load(hub, connections, length);
                    runs.computeIfAbsent(connections, c -> new ArrayList<>()).add(run);
                }
            }
            ceilings.add(ceiling.perSecond(length));
            requireDurable(database, hub);
        }
        double ceilingRate = Report.median(ceilings);
        double best = 0;
        int bestConnections = 0;
        for (Map.Entry<Integer, List<Run>> entry : runs.entrySet()) {
            double rate =
                    Report.median(entry.getValue().stream().map(Run::perSecond).toList());
            report.add(Figure.compared(
                    "heartbeats, " + entry.getKey() + " connections" + latencies(entry.getValue()),
                    rate,
                    SingleRowCommits.NAME,
                    ceilingRate,
                    "/s"));
            if (rate > best) {
                best = rate;
                bestConnections = entry.getKey();
            }
        }
        report.add(Figure.note(
                "CPU time of the hub's JVM per heartbeat, " + bestConnections + " connections",
                Figure.number(Report.median(runs.getOrDefault(bestConnections, List.of()).stream()
                                .map(Run::cpuMicros)
                                .toList()))
                        + " µs"));
        report.add(Figure.atLeast(
                "(a) durable heartbeats, best (" + bestConnections + " connections)",
                best,
                SingleRowCommits.NAME,
                ceilingRate,
                "/s",
                1));
        servers.drop(database);
    }

    private static String latencies(List<Run> runs) {
        return " (p50 "
                + Figure.number(Report.median(runs.stream().map(Run::p50).toList())) + " ms, p99 "
                + Figure.number(Report.median(runs.stream().map(Run::p99).toList())) + " ms)";
    }

    private static Run load(ServiceProcess hub, int connections, Duration length) throws IOException {
        byte[][] requests = new byte[MINERS][];
        for (int miner = 0; miner < MINERS; miner++) {
            requests[miner] = Fleet.heartbeat(miner, miner);
        }
        double cpuBefore = hub.cpuMs();
        HttpLoad.Result result = HttpLoad.run(
                        new HttpLoad.Plan(hub.port(), connections, 0, length, n -> requests[n % MINERS]))
                .requireSuccess();
        return new Run(
                result.perSecond(),
                result.latencies().ms(0.5),
                result.latencies().ms(0.99),
                (hub.cpuMs() - cpuBefore) * 1000 / result.latencies().count());
    }

    /** Beats once as every miner: each must be in the table, or what was measured was something else. */
    private static void requireDurable(Servers.Database database, ServiceProcess hub) throws SQLException, IOException {
        try (Connection connection = database.connect()) {
            String before = Sql.text(connection, "SELECT clock_timestamp()");
            int answered = 0;
            while (answered < MINERS) {
                int first = answered;
                HttpLoad.Result result = HttpLoad.run(new HttpLoad.Plan(
                                hub.port(),
                                64,
                                0,
                                Duration.ofMillis(500),
                                n -> Fleet.heartbeat((first + n) % MINERS, n)))
                        .requireSuccess();
                answered += result.latencies().count();
            }
            long written = Sql.number(
                    connection,
                    "SELECT count(*) FROM miner_status WHERE last_heartbeat_at >= '" + before + "'::timestamptz");
            if (written != MINERS) {
                throw new IllegalStateException("only " + written + " of " + MINERS + " miners' heartbeats are stored");
            }
        }
    }
}
