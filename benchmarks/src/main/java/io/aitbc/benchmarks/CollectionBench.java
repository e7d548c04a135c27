package io.aitbc.benchmarks;

/** SLA collection, against the plainest aggregate over the same rows. */
final class CollectionBench {

    private static final int SMALL = 10_000;
    private static final int EACH = 100;
    private static final String PLAIN = "SELECT miner_id, avg(eta_ms), count(*) FROM match_results GROUP BY miner_id";

    private final Bench bench;
    private final int large;

    CollectionBench(Bench bench, int large) {
        this.bench = bench;
        this.large = large;
    }

    void run() throws Exception {
        double small = measure("small", SMALL);
        if (large > 0) {
            double big = measure("large", large);
            Bench.say(
                    "collection: per miner %.1f µs at %d, %.1f µs at %d: ratio %.2f",
                    1_000 * small / SMALL, SMALL, 1_000 * big / large, large, (big / large) / (small / SMALL));
        }
    }

    private double measure(String database, int miners) throws Exception {
        int port = bench.start("pool-hub", database);
        // Once on next to nothing, so that no figure contains the warm-up of the server's code.
        Fleet.create(bench, database, miners);
        collect(port);
        Fleet.addResults(bench, database, miners, EACH);
        bench.sql(
                database,
                "TRUNCATE sla_metrics, sla_current, sla_violations",
                "UPDATE sla_watermarks SET seen_xid = '0', collected_at = '-infinity'",
                "CHECKPOINT");
        double plain = bench.queryMillis(database, PLAIN, 5);
        double first = collect(port);
        bench.sql(
                database,
                "INSERT INTO match_results (id, job_id, miner_id, eta_ms, created_at) SELECT gen_random_uuid(), 'again',"
                        + " 'b-' || m, 700, now() FROM generate_series(0, " + (miners / 100 - 1) + ") m");
        double second = collect(port);
        Bench.say(
                "collection of %d miners × %d results: first %.0f ms, plain aggregate %.0f ms: ratio %.2f;"
                        + " second with 1 %% changed %.0f ms: %.0f %% of the first",
                miners, EACH, first, plain, first / plain, second, 100 * second / first);
        return first;
    }

    private double collect(int port) throws Exception {
        long start = System.nanoTime();
        var answer = bench.post(port, "/sla/metrics/collect", Bench.KEY + "POOLHUB_OPERATOR_KEY", "");
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.body());
        }
        return (System.nanoTime() - start) / 1e6;
    }
}
