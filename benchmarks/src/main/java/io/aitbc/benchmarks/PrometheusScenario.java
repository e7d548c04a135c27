package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.HttpLine;
import io.aitbc.benchmarks.load.HttpRequest;
import io.aitbc.benchmarks.load.Latencies;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** What a scrape of a large fleet costs, and that no meter object stands behind a miner. */
final class PrometheusScenario implements Scenario {

    private static final int MINERS = 10_000;
    private static final int SCRAPES = 20;

    @Override
    public void run(Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        long few = meters(100, servers, report);
        long many = meters(MINERS, servers, report);
        report.add(new Figure(
                "(d) Micrometer meter objects with 10,000 miners",
                String.valueOf(many),
                "with 100 miners: " + few,
                (double) many / few,
                "the same",
                many == few));
    }

    private static long meters(int miners, Servers servers, Report report)
            throws SQLException, IOException, InterruptedException {
        Servers.Database database = servers.hubDatabase();
        try (Connection connection = database.connect()) {
            Fleet.miners(connection, miners);
            Fleet.history(connection, miners, 3);
        }
        try (ServiceProcess hub = servers.hub(database, Map.of("SERVICE_SCHEDULING", "false"))) {
            hub.exchange(HttpRequest.post("/sla/metrics/collect", ServiceProcess.OPERATOR, ""));
            scrape(hub, miners, report);
            return meterObjects(hub.pid());
        } finally {
            servers.drop(database);
        }
    }

    private static void scrape(ServiceProcess hub, int miners, Report report) throws IOException {
        byte[] request = HttpRequest.get("/actuator/prometheus", ServiceProcess.VIEWER);
        try (HttpLine line = new HttpLine(hub.port())) {
            String text = line.exchange(request);
            long series = text.lines()
                    .filter(s -> s.startsWith("poolhub_sla_uptime_pct{"))
                    .count();
            if (series != miners) {
                throw new IllegalStateException(series + " series of uptime instead of " + miners);
            }
            Latencies latencies = new Latencies();
            int bytes = 0;
            for (int i = 0; i < SCRAPES; i++) {
                long start = System.nanoTime();
                bytes = line.send(request);
                latencies.add(System.nanoTime() - start);
            }
            if (miners == MINERS) {
                report.add(Figure.within(
                        "(d) scrape of 10,000 miners, median (" + Figure.number(bytes / 1e6) + " MB)",
                        latencies.ms(0.5),
                        "ms",
                        250));
                report.add(Figure.within("(d) scrape of 10,000 miners, slowest of 20", latencies.ms(1), "ms", 250));
            }
        }
    }

    /** Live objects of Micrometer's meter classes, by the JVM's own count of its heap. */
    private static long meterObjects(long pid) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        long meters = 0;
        long lines = 0;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                String[] columns = line.strip().split("\\s+");
                lines++;
                if (columns.length >= 4 && isMeter(columns[3])) {
                    meters += Long.parseLong(columns[1]);
                }
            }
        }
        if (meters == 0) {
            throw new IOException("jcmd counted no meter in " + lines + " lines");
        }
        return meters;
    }

    private static boolean isMeter(String type) {
        return type.startsWith("io.micrometer.")
                && !type.contains("$")
                && (type.endsWith("Gauge")
                        || type.endsWith("Counter")
                        || type.endsWith("Timer")
                        || type.endsWith("Summary")
                        || type.endsWith("Meter"));
    }
}
