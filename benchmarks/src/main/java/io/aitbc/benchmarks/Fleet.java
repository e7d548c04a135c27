package io.aitbc.benchmarks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.util.HexFormat;

/** A fleet written straight into a hub's database, as an importer would. */
final class Fleet {

    private Fleet() {}

    static String key(int miner) {
        return "key-of-benchmark-miner-" + miner;
    }

    /** Miners that have been up for a day, each with its own key. */
    static void create(Bench bench, String database, int miners) throws Exception {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < miners; i++) {
            rows.append("b-").append(i).append('\t').append(sha256(key(i))).append('\n');
        }
        try (Connection connection = bench.connect(database)) {
            try (var statement = connection.createStatement()) {
                statement.execute("CREATE TEMPORARY TABLE fresh (miner_id text, hash text)");
                Bench.unwrap(connection)
                        .getCopyAPI()
                        .copyIn("COPY fresh FROM STDIN", new java.io.StringReader(rows.toString()));
                statement.execute("""
                        INSERT INTO miners (miner_id, api_key_hash, enrollment, max_parallel, base_price, gpu_vram_gb,
                                            registered_at, updated_at)
                        SELECT miner_id, hash, 'APPROVED', 4, 0.5, 80, now(), now() FROM fresh
                        """);
                statement.execute("""
                        INSERT INTO miner_status (miner_id, state, last_heartbeat_at, down_after, eta_ms)
                        SELECT miner_id, 'UP', now(), now() + interval '1 day', 20 FROM fresh
                        """);
                statement.execute("""
                        INSERT INTO miner_state_intervals (id, miner_id, state, started_at)
                        SELECT gen_random_uuid(), miner_id, 'UP', now() - interval '25 hours' FROM fresh
                        """);
            }
        }
    }

    /** Match results of the last hours, as many for each miner, in the order of their time. */
    static void addResults(Bench bench, String database, int miners, int each) throws Exception {
        bench.sql(
                database,
                "INSERT INTO match_results (id, job_id, miner_id, rank, score, eta_ms, created_at)"
                        + " SELECT gen_random_uuid(), 'job-' || r, 'b-' || m, 1, 0.5, 20 + random() * 900,"
                        + " now() - interval '3 hours' + r * interval '1 minute' + m * interval '1 millisecond'"
                        + " FROM generate_series(1, " + each + ") r, generate_series(0, " + (miners - 1) + ") m",
                "VACUUM ANALYZE");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
