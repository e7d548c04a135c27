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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** What a collection of service levels costs in a hub that is warm: at first, when little changed, in a large fleet, and for heartbeats. */
final class CollectionScenario implements Scenario {

    private static final int RESULTS_EACH = 100;
    private static final int MINERS = 10_000;
    private static final String PLAINEST =
            "SELECT miner_id, avg(eta_ms), count(*) FROM match_results GROUP BY miner_id";
    /** Each miner of 10,000 beats every thirty seconds. */
    private static final int BEATS_PER_SECOND = 333;

    private record Times(double first, double second, double plainest) {}

    @Override
    public void run(Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        Times times = fleetOf(MINERS, servers, report, quick);
        report.add(Figure.atMost(
                "(b) first collection, 10,000 miners × 100 results",
                times.first(),
                "plainest aggregate over the same rows",
                times.plainest(),
                "ms",
                4));
        report.add(Figure.atMost(
                "(b) second collection, 1 % of the miners changed",
                times.second(), "first collection", times.first(), "ms", 0.2));
        if (quick) {
            report.add(Figure.note("(b) 100,000 miners", "left out by --quick"));
            return;
        }
        Times large = fleetOf(10 * MINERS, servers, report, true);
        report.add(Figure.atMost(
                "(b) first collection per miner, 100,000 miners × 100 results",
                large.first() / (10 * MINERS) * 1000,
                "at 10,000 miners",
                times.first() / MINERS * 1000,
                "µs",
                1.3));
        report.add(Figure.compared(
                "first collection, 100,000 miners", large.first(), "plainest aggregate", large.plainest(), "ms"));
        report.add(Figure.compared(
                "second collection, 100,000 miners", large.second(), "first collection", large.first(), "ms"));
    }

    private static Times fleetOf(int miners, Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        Servers.Database database = servers.hubDatabase();
        try (Connection connection = database.connect()) {
            report.progress("loading " + miners + " miners with " + RESULTS_EACH + " results each");
            Fleet.miners(connection, miners);
            Fleet.history(connection, miners, RESULTS_EACH);
            // Nothing but the collections that are asked for.
            try (ServiceProcess hub = servers.hub(database, Map.of("SERVICE_SCHEDULING", "false"))) {
                double plainest = plainest(connection);
                // A hub that has run for a while; and each figure after the first start of its statements.
                for (int i = 0; i < (miners == MINERS ? 10 : 2); i++) {
                    forgetCollections(connection);
                    collect(hub);
                }
                List<Double> firsts = new ArrayList<>();
                for (int i = 0; i < (quick ? 3 : 9); i++) {
                    forgetCollections(connection);
                    firsts.add(collect(hub));
                }
                plainest = Math.min(plainest, plainest(connection));
                List<Double> seconds = new ArrayList<>();
                for (int i = 0; i < (quick ? 3 : 5); i++) {
                    Fleet.onePercentWorks(connection, miners, i);
                    Sql.run(connection, "VACUUM ANALYZE sla_current", "ANALYZE match_results", "ANALYZE job_outcomes");
                    seconds.add(collect(hub));
                }
                report.progress(miners + " miners: first " + firsts + " ms, second " + seconds + " ms, plainest "
                        + plainest + " ms");
                if (miners == MINERS) {
                    heartbeatsMeanwhile(connection, hub, report, quick);
                }
                return new Times(Report.median(firsts), Report.median(seconds), plainest);
            }
        } finally {
            servers.drop(database);
        }
    }

    private static double plainest(Connection connection) throws SQLException {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            best = Math.min(best, Sql.timeMs(connection, PLAINEST));
        }
        return best;
    }

    private static void forgetCollections(Connection connection) throws SQLException {
        Sql.run(
                connection,
                "TRUNCATE sla_metrics, sla_current, sla_violations",
                "UPDATE sla_watermarks SET seen_xid = '0', collected_at = '-infinity'");
    }

    private static double collect(ServiceProcess hub) throws IOException {
        long start = System.nanoTime();
        hub.exchange(HttpRequest.post("/sla/metrics/collect", ServiceProcess.OPERATOR, ""));
        return (System.nanoTime() - start) / 1e6;
    }

    /** Collections of everybody, one after the other, the worst that heartbeats can meet, beside a fleet that beats as usual. */
    private static void heartbeatsMeanwhile(Connection connection, ServiceProcess hub, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        Duration length = Duration.ofSeconds(20);
        // On a server this young each 16 MiB of WAL would be a new file, filled with zeros while commits wait (45 ms);
        // one that has run for a while uses old files again, and a checkpoint makes them old.
        Sql.run(connection, "CHECKPOINT");
        collectMeanwhile(connection, hub, quick ? length : length.multipliedBy(2));
        HttpLoad.Result before = beat(hub, length);
        Meanwhile during = collectMeanwhile(connection, hub, length);
        report.add(Figure.atMost(
                "(b) heartbeat p99 during " + during.collections() + " collections of everybody, " + BEATS_PER_SECOND
                        + " heartbeats/s",
                during.heartbeats().latencies().ms(0.99),
                "p99 before",
                before.latencies().ms(0.99),
                "ms",
                2));
    }

    private record Meanwhile(HttpLoad.Result heartbeats, int collections) {}

    private static Meanwhile collectMeanwhile(Connection connection, ServiceProcess hub, Duration length)
            throws SQLException, IOException, InterruptedException {
        AtomicReference<HttpLoad.Result> heartbeats = new AtomicReference<>();
        AtomicReference<IOException> failure = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        Thread beating = new Thread(
                () -> {
                    try {
                        heartbeats.set(beat(hub, length));
                    } catch (IOException e) {
                        failure.set(e);
                    } finally {
                        done.countDown();
                    }
                },
                "beating");
        beating.start();
        int collections = 0;
        while (!done.await(0, TimeUnit.MILLISECONDS)) {
            // Everybody is due once an hour; until then autovacuum has been here.
            Sql.run(
                    connection,
                    "VACUUM sla_current",
                    "UPDATE sla_watermarks SET seen_xid = '0', collected_at = '-infinity'");
            collect(hub);
            collections++;
        }
        beating.join();
        if (heartbeats.get() == null) {
            throw new IOException("heartbeats failed while collecting", failure.get());
        }
        return new Meanwhile(heartbeats.get(), collections);
    }

    private static HttpLoad.Result beat(ServiceProcess hub, Duration length) throws IOException {
        return HttpLoad.run(new HttpLoad.Plan(
                        hub.port(), 64, BEATS_PER_SECOND, length, n -> Fleet.heartbeat((n * 7) % MINERS, n)))
                .requireSuccess();
    }
}
