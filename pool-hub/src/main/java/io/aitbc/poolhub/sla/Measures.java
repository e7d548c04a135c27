package io.aitbc.poolhub.sla;

/**
 * How each service level is measured in SQL. {@code %s} is who is due: {@link #EVERYBODY}, {@link #ONE}, or those for whom
 * something moved. Each yields {@code miner_id}, what stood until now ({@code metric_value}, {@code severity}; null: nothing),
 * and then what was measured.
 *
 * <p>Named parameters: {@code now}, {@code from} (start of the window of uptime), {@code previous} (time of the last
 * collection), {@code seen} (transaction id up to which it looked), {@code only} (one miner).
 */
final class Measures {

    private Measures() {}

    static final String EVERYBODY = "NOT MATERIALIZED (SELECT miner_id FROM miners)";

    static final String ONE = "NOT MATERIALIZED (SELECT :only::text AS miner_id)";

    /**
     * Miners whose intervals changed, or whose downtime moves through the window. Where there is none, the value stays at
     * 100 %, however much of the time is unknown. And those of whom nothing stands yet.
     */
    static final String UPTIME_MOVED = """
            MATERIALIZED (
              SELECT miner_id FROM miner_state_intervals WHERE changed_in >= :seen::xid8
              UNION SELECT miner_id FROM miner_state_intervals
                    WHERE state IN ('DOWN', 'DEGRADED', 'MAINTENANCE')
                      AND (ended_at IS NULL OR ended_at > :previous::timestamptz - (:now::timestamptz - :from::timestamptz))
              UNION SELECT miner_id FROM miners m WHERE NOT EXISTS (
                    SELECT 1 FROM sla_current c WHERE c.miner_id = m.miner_id AND c.metric_type = 'uptime_pct'))
            """;

    /** Miners with new results, and those whose enrolment changed: they may be back. */
    static final String RESPONSE_TIME_MOVED = """
            MATERIALIZED (
              SELECT miner_id FROM match_results WHERE changed_in >= :seen::xid8
              UNION SELECT miner_id FROM miners WHERE updated_at >= :previous::timestamptz - interval '1 minute')
            """;

    /** Miners with new outcomes, or with some that left the week, and those whose enrolment changed. */
    static final String COMPLETION_RATE_MOVED = """
            MATERIALIZED (
              SELECT miner_id FROM job_outcomes WHERE changed_in >= :seen::xid8
              UNION SELECT miner_id FROM job_outcomes
                    WHERE recorded_at > :previous::timestamptz - interval '7 days'
                      AND recorded_at <= :now::timestamptz - interval '7 days'
              UNION SELECT miner_id FROM miners WHERE updated_at >= :previous::timestamptz - interval '1 minute')
            """;

    /** Time-weighted availability over the last day: value, intervals, seconds up, seconds known. */
    static final String UPTIME = """
            WITH due AS %s, span AS (
              SELECT i.miner_id, i.state, greatest(i.started_at, :from::timestamptz) AS a,
                     least(coalesce(i.ended_at, :now::timestamptz), :now::timestamptz) AS b
              FROM due JOIN miner_state_intervals i USING (miner_id)
              WHERE i.started_at < :now::timestamptz AND (i.ended_at IS NULL OR i.ended_at > :from::timestamptz)
            ), seen AS (
              SELECT miner_id, count(*) AS n,
                     coalesce(sum(extract(epoch FROM b - a)::float8) FILTER (WHERE state = 'UP'), 0) AS up,
                     sum(extract(epoch FROM b - a)::float8) AS known
              FROM span WHERE state IN ('UP', 'DEGRADED', 'DOWN') GROUP BY miner_id
            ), agreed AS (
              SELECT miner_id, range_agg(tstzrange(a, b)) AS ranges FROM span WHERE state = 'MAINTENANCE' GROUP BY miner_id
            ), excused AS (
              SELECT s.miner_id,
                     coalesce(sum(extract(epoch FROM upper(x) - lower(x))::float8) FILTER (WHERE s.state = 'UP'), 0) AS up,
                     sum(extract(epoch FROM upper(x) - lower(x))::float8) AS known
              FROM span s JOIN agreed USING (miner_id), LATERAL unnest(ranges * tstzmultirange(tstzrange(s.a, s.b))) AS x
              WHERE s.state IN ('UP', 'DEGRADED', 'DOWN') GROUP BY s.miner_id
            ), net AS (
              SELECT miner_id, n, seen.up - coalesce(excused.up, 0) AS up, seen.known - coalesce(excused.known, 0) AS known
              FROM seen LEFT JOIN excused USING (miner_id)
            )
            SELECT net.miner_id, c.metric_value, c.severity, 100 * up / known AS value, n, up, known
            FROM net JOIN miners m USING (miner_id)
                 LEFT JOIN sla_current c ON c.miner_id = net.miner_id AND c.metric_type = 'uptime_pct'
            WHERE known > 0 AND m.enrollment <> 'REMOVED'
            """;

    /** The last hundred match results: when the oldest of them came, and the milliseconds of each. */
    static final String RESPONSE_TIME = """
            WITH due AS %s
            SELECT due.miner_id, c.metric_value, c.severity, r.oldest, r.etas
            FROM due JOIN miners m USING (miner_id)
                 LEFT JOIN sla_current c ON c.miner_id = due.miner_id AND c.metric_type = 'response_time_ms'
                 CROSS JOIN LATERAL (
                   SELECT min(created_at) AS oldest, array_agg(eta_ms) AS etas
                   FROM (SELECT eta_ms, created_at FROM match_results
                         WHERE miner_id = due.miner_id AND eta_ms IS NOT NULL AND created_at <= :now::timestamptz
                         ORDER BY created_at DESC LIMIT 100) latest) r
            WHERE r.etas IS NOT NULL AND m.enrollment <> 'REMOVED'
            """;

    /** Work that ended in the last week: all of it, and what was completed. */
    static final String COMPLETION_RATE = """
            WITH due AS %s
            SELECT due.miner_id, c.metric_value, c.severity, o.n, o.completed
            FROM due JOIN miners m USING (miner_id)
                 LEFT JOIN sla_current c ON c.miner_id = due.miner_id AND c.metric_type = 'completion_rate_pct'
                 CROSS JOIN LATERAL (
                   SELECT count(*) AS n, count(*) FILTER (WHERE outcome = 'completed') AS completed FROM job_outcomes
                   WHERE miner_id = due.miner_id AND recorded_at > :now::timestamptz - interval '7 days'
                     AND recorded_at <= :now::timestamptz) o
            WHERE o.n > 0 AND m.enrollment <> 'REMOVED'
            """;

    /** All approved miners, and those that are up and not busy. */
    static final String CAPACITY = """
            SELECT '' AS miner_id, c.metric_value, c.severity, p.n, p.active
            FROM (
              SELECT count(*) AS n, count(*) FILTER (WHERE s.state IN ('UP', 'DEGRADED') AND s.down_after > :now::timestamptz
                       AND s.current_jobs < m.max_parallel AND a.miner_id IS NULL) AS active
              FROM miners m JOIN miner_status s USING (miner_id) LEFT JOIN (
                SELECT DISTINCT miner_id FROM miner_state_intervals
                WHERE state = 'MAINTENANCE' AND started_at <= :now AND ended_at > :now) a USING (miner_id)
              WHERE m.enrollment = 'APPROVED') p
            LEFT JOIN sla_current c ON c.miner_id = '' AND c.metric_type = 'capacity_availability_pct'
            WHERE p.n > 0
            """;
}
