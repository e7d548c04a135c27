package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.HttpLoad;
import io.aitbc.benchmarks.load.HttpRequest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * How fast jobs are matched in fleets of three sizes, every call recorded durably, beside the cheapest call of the same
 * service: a heartbeat goes the same short way and writes one row, liveness goes the ordinary way and writes nothing.
 */
final class MatchScenario implements Scenario {

    private static final int CONNECTIONS = 64;
    private static final int RATE = 5_000;
    private static final int SHAPES = 4_096;

    @Override
    public void run(Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        List<Double> cpuMicros = new ArrayList<>();
        for (int miners : new int[] {1_000, 10_000, 100_000}) {
            cpuMicros.add(matches(servers, report, quick, miners));
        }
        report.add(Figure.atMost(
                "(e) CPU time of the hub's JVM per match among 100,000 miners",
                cpuMicros.get(2),
                "among 1,000",
                cpuMicros.get(0),
                "µs",
                2));
    }

    private static double matches(Servers servers, Report report, boolean quick, int miners)
            throws SQLException, IOException, InterruptedException {
        Duration length = Duration.ofSeconds(quick ? 5 : 15);
        Duration warmUp = Duration.ofSeconds(quick ? 10 : 30);
        Servers.Database database = servers.hubDatabase();
        try (Connection connection = database.connect()) {
            Fleet.miners(connection, miners);
            vary(connection);
        }
        byte[][] shapes = shapes();
        IntFunction<byte[]> match = n -> shapes[n % SHAPES];
        try (ServiceProcess hub = servers.hub(database, Map.of())) {
            byte[] liveness = HttpRequest.get("/actuator/health/liveness", ServiceProcess.VIEWER);
            load(hub, 0, warmUp, n -> liveness);
            load(hub, 0, warmUp, match);
            HttpLoad.Result trivial = load(hub, 0, length, n -> liveness);
            HttpLoad.Result beats = load(hub, 0, length, n -> Fleet.heartbeat(n % 500, n));
            double before = hub.cpuMs();
            HttpLoad.Result most = load(hub, 0, length, match);
            double cpuMicros = (hub.cpuMs() - before) * 1_000 / most.latencies().count();
            // On a server this young each 16 MiB of WAL would be a new file, filled with zeros while commits wait (45
            // ms);
            // one that has run for a while uses old files again, and a checkpoint makes them old.
            checkpoint(database);
            load(hub, 0, warmUp, match);
            checkpoint(database);
            HttpLoad.Result half = load(hub, RATE / 2, length, match);
            HttpLoad.Result paced = load(hub, RATE, length, match);
            requireRecorded(database, most, half, paced);
            String among = " among " + Figure.number(miners) + " miners";
            report.add(Figure.compared(
                    "matches" + among + ", 64 connections" + latencies(most),
                    most.perSecond(),
                    "GET /actuator/health/liveness",
                    trivial.perSecond(),
                    "/s"));
            report.add(Figure.compared(
                    "matches" + among, most.perSecond(), "durable heartbeats", beats.perSecond(), "/s"));
            if (miners == 10_000) {
                report.add(Figure.atLeast("(e) matches" + among, most.perSecond(), "aim", RATE, "/s", 1));
                report.add(Figure.within(
                        "(e) p99 of matches" + among + ", " + Figure.number(RATE) + "/s asked for",
                        paced.latencies().ms(0.99),
                        "ms",
                        10));
            }
            report.add(Figure.note(
                    "matches" + among + ", " + Figure.number(RATE / 2) + "/s asked for",
                    Figure.number(half.perSecond()) + " /s" + latencies(half)));
            report.add(Figure.note(
                    "matches" + among + ", " + Figure.number(RATE) + "/s asked for",
                    Figure.number(paced.perSecond()) + " /s" + latencies(paced)));
            report.add(Figure.note("CPU time of the hub's JVM per match" + among, Figure.number(cpuMicros) + " µs"));
            return cpuMicros;
        } finally {
            servers.drop(database);
        }
    }

    private static void checkpoint(Servers.Database database) throws SQLException {
        try (Connection connection = database.connect()) {
            Sql.run(connection, "CHECKPOINT");
        }
    }

    private static String latencies(HttpLoad.Result result) {
        return " (p50 " + Figure.number(result.latencies().ms(0.5)) + " ms, p99 "
                + Figure.number(result.latencies().ms(0.99)) + " ms)";
    }

    /** Machines, prices, latencies, work and trust as a market has them: no two miners are the same. */
    private static void vary(Connection connection) throws SQLException {
        Sql.run(connection, "SELECT setseed(0.5)", """
                UPDATE miners SET gpu_count = (ARRAY[1, 2, 4, 8])[1 + (random() * 3)::int],
                    ram_gb = 32 + random() * 900, region = (ARRAY['eu', 'us', 'ap', 'sa', 'af'])[1 + (random() * 4)::int],
                    base_price = round((0.2 + random() * 3)::numeric, 4),
                    capabilities = (ARRAY['{llm,cuda}', '{cuda}', '{cuda,fp16}', '{llm,cuda,video}', '{}'])
                                   [1 + (random() * 4)::int]::text[]
                """, """
                UPDATE miner_status SET eta_ms = 5 + random() * 300, current_jobs = (random() * 4)::int,
                    down_after = CASE WHEN random() < 0.05 THEN now() - interval '1 hour' ELSE down_after END
                """, """
                INSERT INTO miner_trust (miner_id, successes, failures, updated_at)
                SELECT miner_id, random() * 40, random() * 10, now() - random() * interval '10 days' FROM miners
                """, "VACUUM ANALYZE miners, miner_status, miner_trust");
    }

    /** What callers ask for: some for anything, some for a model, memory, skills, a region or a price. */
    private static byte[][] shapes() {
        Random random = new Random(1);
        byte[][] shapes = new byte[SHAPES][];
        for (int i = 0; i < SHAPES; i++) {
            List<String> required = new ArrayList<>();
            List<String> hints = new ArrayList<>();
            if (random.nextInt(2) == 0) {
                required.add("\"min_vram_gb\":" + List.of(16, 24, 40, 80).get(random.nextInt(4)));
            }
            if (random.nextInt(4) == 0) {
                required.add("\"gpu_count\":" + (1 + random.nextInt(4)));
            }
            if (random.nextInt(4) == 0) {
                required.add("\"gpu_name\":\"" + List.of("A100", "H100").get(random.nextInt(2)) + "\"");
            }
            if (random.nextInt(4) == 0) {
                required.add("\"min_ram_gb\":" + (64 + random.nextInt(200)));
            }
            if (random.nextInt(2) == 0) {
                required.add("\"capabilities_any\":[\"llm\",\"video\"]");
            }
            if (random.nextInt(2) == 0) {
                hints.add("\"region\":\"" + List.of("eu", "us", "ap").get(random.nextInt(3)) + "\"");
            }
            if (random.nextInt(3) == 0) {
                hints.add("\"max_price\":" + (1 + random.nextInt(20) / 10.0));
            }
            shapes[i] = HttpRequest.post(
                    "/v1/match",
                    ServiceProcess.OPERATOR,
                    "{\"job_id\":\"job-" + i + "\",\"tenant_id\":\"tenant-" + i % 100 + "\",\"requirements\":{"
                            + String.join(",", required) + "},\"hints\":{" + String.join(",", hints)
                            + "},\"top_k\":3}");
        }
        return shapes;
    }

    /** Each call must be in the table, or what was measured was something else. */
    private static void requireRecorded(Servers.Database database, HttpLoad.Result... runs) throws SQLException {
        long answered = 0;
        for (HttpLoad.Result run : runs) {
            answered += run.latencies().count();
        }
        try (Connection connection = database.connect()) {
            long recorded = Sql.number(connection, "SELECT count(*) FROM match_requests");
            if (recorded < answered) {
                throw new IllegalStateException("only " + recorded + " of " + answered + " matches are recorded");
            }
        }
    }

    private static HttpLoad.Result load(
            ServiceProcess hub, int perSecond, Duration length, IntFunction<byte[]> requests) throws IOException {
        return HttpLoad.run(new HttpLoad.Plan(hub.port(), CONNECTIONS, perSecond, length, requests))
                .requireSuccess();
    }
}
