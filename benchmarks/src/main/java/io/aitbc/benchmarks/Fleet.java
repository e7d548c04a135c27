package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.HttpRequest;
import java.sql.Connection;
import java.sql.SQLException;

/** Miners with a past, written straight into a hub's database while no hub runs on it, as an importer would. */
final class Fleet {

    private Fleet() {}

    /** The key of the n-th miner, from 0 on. */
    static String key(int miner) {
        return "key-of-miner-" + miner;
    }

    /** A heartbeat of the n-th miner. */
    static byte[] heartbeat(int miner, int jobs) {
        return HttpRequest.post(
                "/v1/miners/heartbeat",
                key(miner),
                "{\"status\":\"ready\",\"current_jobs\":" + jobs % 4
                        + ",\"queue_len\":0,\"gpu_utilization\":57.5,\"memory_used\":17179869184,"
                        + "\"memory_total\":25769803776,\"network_latency_ms\":" + (20 + miner % 80) + "}");
    }

    /** Miners that are up since three days; one in a hundred had an outage of half an hour today. */
    static void miners(Connection connection, int miners) throws SQLException {
        Sql.run(
                connection,
                """
                INSERT INTO miners (miner_id, api_key_hash, enrollment, addr, proto, gpu_name, gpu_vram_gb, gpu_count, ram_gb,
                                    max_parallel, base_price, capabilities, region, registered_at, updated_at)
                SELECT 'miner-' || n, encode(sha256(convert_to('key-of-miner-' || n, 'UTF8')), 'hex'), 'APPROVED',
                       '10.0.0.1:9000', 'http', (ARRAY['RTX 4090', 'A100', 'H100'])[1 + n %% 3], (ARRAY[24, 40, 80])[1 + n %% 3],
                       1, 64, 4, 0.2 + (n %% 50) / 100.0, ARRAY['llm', 'cuda'], (ARRAY['eu', 'us', 'ap'])[1 + n %% 3],
                       now() - interval '3 days', now() - interval '3 days'
                FROM generate_series(0, %d) AS n
                """.formatted(miners - 1),
                """
                INSERT INTO miner_status (miner_id, state, last_heartbeat_at, down_after)
                SELECT miner_id, 'UP', now(), now() + interval '1 day' FROM miners
                """,
                """
                INSERT INTO miner_state_intervals (id, miner_id, state, started_at, ended_at)
                SELECT gen_random_uuid(), miner_id, state, now() - started, now() - ended
                FROM (SELECT miner_id, row_number() OVER () % 100 = 0 AS failed FROM miners) m,
                     (VALUES (false, 'UP', interval '3 days', NULL::interval),
                             (true, 'UP', interval '3 days', interval '6 hours'),
                             (true, 'DOWN', interval '6 hours', interval '5.5 hours'),
                             (true, 'UP', interval '5.5 hours', NULL)) AS past (failed, state, started, ended)
                WHERE m.failed = past.failed
                """,
                "VACUUM ANALYZE miners, miner_status, miner_state_intervals");
    }

    /**
     * Match results in the order of time, as they came, over the last two weeks; ten outcomes per miner. One miner in a
     * hundred is too slow, and one in a hundred fails too often.
     *
     * <p>Indexes are built afterwards, as a restore does; at ten million rows anything else takes many minutes.
     */
    static void history(Connection connection, int miners, int resultsEach) throws SQLException {
        String primaryKey = "PRIMARY KEY (miner_id, created_at, id) INCLUDE (eta_ms)";
        Sql.run(
                connection,
                "ALTER TABLE match_results DROP CONSTRAINT match_results_pkey",
                "DROP INDEX ix_match_results_changed",
                partitions(),
                """
                INSERT INTO match_results (id, job_id, miner_id, rank, score, eta_ms, price, created_at)
                SELECT gen_random_uuid(), 'job-' || g, 'miner-' || n, 1, 0.8,
                       (CASE WHEN n %% 100 = 7 THEN 1200 ELSE 100 + n %% 300 END) * (0.5 + random()), 0.4,
                       now() - interval '14 days' + g * interval '14 days' / rows_in_all
                FROM (SELECT g, g %% %d AS n, %d AS rows_in_all FROM generate_series(0, %d) AS g) AS call
                """.formatted(miners, miners * resultsEach, miners * resultsEach - 1),
                "ALTER TABLE match_results ADD CONSTRAINT match_results_pkey " + primaryKey,
                "CREATE INDEX ix_match_results_changed ON match_results (changed_in) INCLUDE (miner_id)",
                """
                INSERT INTO job_outcomes (id, job_id, miner_id, outcome, latency_ms, recorded_at)
                SELECT gen_random_uuid(), 'job-' || r || '-' || n, 'miner-' || n,
                       CASE WHEN n %% 100 = 13 AND r %% 2 = 0 OR n %% 10 = r THEN 'failed' ELSE 'completed' END, 900,
                       now() - r * interval '12 hours' - n * interval '1 microsecond'
                FROM generate_series(1, 10) AS r, generate_series(0, %d) AS n
                """.formatted(miners - 1),
                "VACUUM ANALYZE match_results",
                "VACUUM ANALYZE job_outcomes");
    }

    private static String partitions() {
        return """
                DO $$
                DECLARE month timestamptz := date_trunc('month', now() - interval '15 days', 'UTC');
                BEGIN
                  IF to_regclass(format('match_results_y%sm%s', to_char(month AT TIME ZONE 'UTC', 'YYYY'),
                                        to_char(month AT TIME ZONE 'UTC', 'MM'))) IS NULL THEN
                    EXECUTE format('CREATE TABLE match_results_y%sm%s PARTITION OF match_results FOR VALUES FROM (%L) TO (%L)',
                                   to_char(month AT TIME ZONE 'UTC', 'YYYY'), to_char(month AT TIME ZONE 'UTC', 'MM'),
                                   month, month + interval '1 month');
                  END IF;
                END $$
                """;
    }

    /** New facts for one miner in a hundred, others each time: ten match results and one outcome each. */
    static void onePercentWorks(Connection connection, int miners, int time) throws SQLException {
        Sql.run(connection, """
                INSERT INTO match_results (id, job_id, miner_id, rank, score, eta_ms, price, created_at)
                SELECT gen_random_uuid(), 'new-' || r || '-' || n, 'miner-' || n, 1, 0.8, 400 + 100 * random(), 0.4, now()
                FROM generate_series(1, 10) AS r, generate_series(%d, %d, 100) AS n
                """.formatted(time, miners - 1), """
                INSERT INTO job_outcomes (id, job_id, miner_id, outcome, latency_ms, recorded_at)
                SELECT gen_random_uuid(), 'new-1-' || n, 'miner-' || n, 'failed', 900, now()
                FROM generate_series(%d, %d, 100) AS n
                """.formatted(time, miners - 1));
    }
}
