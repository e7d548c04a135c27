package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.HttpLine;
import io.aitbc.benchmarks.load.HttpRequest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many usage events per second reach the ledger through HTTP, beside raw COPY of the very same rows into its table. */
final class IngestScenario implements Scenario {

    private record Case(int batch, boolean lines, int connections) {
        String name() {
            return "batches of " + Figure.number(batch) + ", " + (lines ? "NDJSON" : "JSON array") + ", " + connections
                    + (connections == 1 ? " connection" : " connections");
        }
    }

    private static final List<Case> CASES = List.of(
            new Case(10_000, false, 1),
            new Case(10_000, true, 1),
            new Case(10_000, false, 2),
            new Case(10_000, true, 2),
            new Case(1_000, false, 1),
            new Case(1_000, true, 2));

    private record Rates(double ingest, double copy, double copyAlike) {}

    @Override
    public void run(Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        int events = quick ? 100_000 : 300_000;
        Servers.Database ledger = servers.coordinatorDatabase();
        Map<Case, List<Rates>> measured = new LinkedHashMap<>();
        try (ServiceProcess coordinator = servers.coordinator(ledger);
                Connection connection = ledger.connect()) {
            for (int tenant = 0; tenant < UsageBodies.TENANTS; tenant++) {
                coordinator.exchange(HttpRequest.post(
                        "/api/tenants", ServiceProcess.OPERATOR, "{\"tenant_id\":\"tenant-" + tenant + "\"}"));
            }
            Instant from = Instant.parse(Sql.text(
                    connection,
                    "SELECT to_char(now() AT TIME ZONE 'UTC' - interval '2 hours', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"));
            report.progress("warming up");
            for (boolean lines : new boolean[] {false, true}) {
                ingest(coordinator, UsageBodies.of(200_000, 10_000, lines, from), 2);
            }
            for (int round = 0; round < (quick ? 1 : 3); round++) {
                for (Case each : CASES) {
                    measured.computeIfAbsent(each, c -> new ArrayList<>())
                            .add(measure(each, events, from, servers, coordinator, connection));
                }
            }
        }
        servers.drop(ledger);
        tell(measured, report);
    }

    private static Rates measure(
            Case each, int events, Instant from, Servers servers, ServiceProcess coordinator, Connection connection)
            throws SQLException, IOException, InterruptedException {
        List<byte[]> requests = UsageBodies.of(events, each.batch(), each.lines(), from);
        String before = Sql.text(connection, "SELECT coalesce(max(recorded_at), '-infinity') FROM usage_ledger");
        double ingest = events / ingest(coordinator, requests, each.connections());
        RawCopy rows = RawCopy.of(connection, "recorded_at > '" + before + "'");
        if (rows.rows() != events) {
            throw new IllegalStateException(rows.rows() + " rows are in the ledger instead of " + events);
        }
        double copy = rows.perSecondInto(servers, 1);
        double alike = each.connections() == 1 ? copy : rows.perSecondInto(servers, each.connections());
        return new Rates(ingest, copy, alike);
    }

    /** Seconds until all are answered. */
    private static double ingest(ServiceProcess coordinator, List<byte[]> requests, int connections)
            throws IOException, InterruptedException {
        return Together.seconds(connections, part -> {
            try (HttpLine line = new HttpLine(coordinator.port())) {
                for (int i = part; i < requests.size(); i += connections) {
                    line.send(requests.get(i));
                }
            }
        });
    }

    private static void tell(Map<Case, List<Rates>> measured, Report report) {
        double best = 0;
        double bestCopy = 0;
        for (Map.Entry<Case, List<Rates>> entry : measured.entrySet()) {
            List<Rates> rates = entry.getValue();
            double ingest = Report.median(rates.stream().map(Rates::ingest).toList());
            double copy = Report.median(rates.stream().map(Rates::copy).toList());
            double alike = Report.median(rates.stream().map(Rates::copyAlike).toList());
            int connections = entry.getKey().connections();
            report.add(
                    Figure.compared("ingest, " + entry.getKey().name(), ingest, "COPY, 1 connection", copy, "rows/s"));
            if (connections > 1) {
                report.add(
                        Figure.compared("the same", ingest, "COPY, " + connections + " connections", alike, "rows/s"));
            }
            if (ingest > best) {
                best = ingest;
                bestCopy = copy;
            }
        }
        report.add(Figure.atLeast(
                "(c) usage ingest, the fastest case",
                best,
                "COPY of the same rows, 1 connection",
                bestCopy,
                "rows/s",
                0.4));
    }
}
