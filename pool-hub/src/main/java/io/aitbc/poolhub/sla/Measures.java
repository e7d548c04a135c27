package io.aitbc.poolhub.sla;

/**
 * How each service level is measured, as SQL that yields {@code (miner_id, metric_type, value, samples, metadata)}.
 *
 * <p>Named parameters: {@code now}, {@code from} (start of the window), {@code previous} (time of the last collection),
 * {@code seen} (transaction id up to which it looked), {@code stale} (rows older than this are written anew), {@code first}
 * (whether nothing was collected yet), {@code only} (one miner, or null for all), and the thresholds. Who is due comes in the
 * order of the indexes, so that what lies together is read together.
 */
final class Measures {

    private Measures() {}

    /** Time-weighted availability over the last day. */
    static final String UPTIME = """
            WITH due AS MATERIALIZED (
              SELECT miner_id FROM miners WHERE miner_id = :only::text OR (:only::text IS NULL AND :first::boolean)
              UNION SELECT miner_id FROM miner_state_intervals
                    WHERE :only::text IS NULL AND NOT :first::boolean AND changed_in >= :seen::xid8
              UNION SELECT miner_id FROM miner_state_intervals
                    WHERE :only::text IS NULL AND NOT :first::boolean AND state <> 'UP'
                      AND (ended_at IS NULL OR ended_at > :previous::timestamptz - (:now::timestamptz - :from::timestamptz))
              UNION SELECT miner_id FROM sla_current
                    WHERE :only::text IS NULL AND NOT :first::boolean AND metric_type = 'uptime_pct'
                      AND (recorded_at < :stale OR threshold <> :uptime::float8)
              ORDER BY miner_id
            ), span AS (
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
            SELECT net.miner_id, 'uptime_pct' AS metric_type, 100 * up / known AS value, n AS samples,
                   jsonb_build_object('window', (SELECT jsonb_build_object('from', :from::timestamptz, 'to', :now::timestamptz)),
                     'coverage', round((known / extract(epoch FROM :now::timestamptz - :from::timestamptz)::float8)::numeric, 6),
                     'sample_size', n, 'up_seconds', round(up::numeric, 3), 'known_seconds', round(known::numeric, 3)) AS metadata
            FROM net JOIN miners USING (miner_id) WHERE known > 0 AND enrollment <> 'REMOVED'
            """;

    /** Mean and percentiles over the last hundred match results. */
    static final String RESPONSE_TIME = """
            WITH due AS MATERIALIZED (
              SELECT miner_id FROM miners WHERE :first::boolean
              UNION SELECT miner_id FROM match_results WHERE NOT :first::boolean AND changed_in >= :seen::xid8
              UNION SELECT miner_id FROM sla_current
                    WHERE NOT :first::boolean AND metric_type = 'response_time_ms'
                      AND (recorded_at < :stale OR threshold <> :response::float8)
              ORDER BY miner_id
            )
            SELECT due.miner_id, 'response_time_ms' AS metric_type,
                   CASE WHEN :p95::boolean THEN r.p[2] ELSE r.mean END AS value, r.n AS samples,
                   jsonb_build_object('window', jsonb_build_object('from', r.a, 'to', r.b), 'coverage', r.n / 100.0,
                     'sample_size', r.n, 'mean', r.mean, 'p50', r.p[1], 'p95', r.p[2], 'p99', r.p[3]) AS metadata
            FROM due JOIN miners USING (miner_id) CROSS JOIN LATERAL (
              SELECT avg(eta_ms) AS mean, count(*) AS n, min(created_at) AS a, max(created_at) AS b,
                     percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY eta_ms) AS p
              FROM (SELECT eta_ms, created_at FROM match_results m
                    WHERE m.miner_id = due.miner_id AND eta_ms IS NOT NULL AND created_at <= :now::timestamptz
                    ORDER BY created_at DESC LIMIT 100) latest) r
            WHERE r.n > 0 AND enrollment <> 'REMOVED'
            """;

    /** Completed work of all work that ended in the last week. */
    static final String COMPLETION_RATE = """
            WITH due AS MATERIALIZED (
              SELECT miner_id FROM miners WHERE :first::boolean
              UNION SELECT miner_id FROM job_outcomes WHERE NOT :first::boolean AND changed_in >= :seen::xid8
              UNION SELECT miner_id FROM job_outcomes WHERE NOT :first::boolean
                    AND recorded_at > :previous::timestamptz - interval '7 days'
                    AND recorded_at <= :now::timestamptz - interval '7 days'
              UNION SELECT miner_id FROM sla_current
                    WHERE NOT :first::boolean AND metric_type = 'completion_rate_pct'
                      AND (recorded_at < :stale OR threshold <> :completion::float8)
              ORDER BY miner_id
            )
            SELECT due.miner_id, 'completion_rate_pct' AS metric_type,
                   100.0::float8 * count(*) FILTER (WHERE outcome = 'completed') / count(*) AS value, count(*) AS samples,
                   jsonb_build_object('window', (SELECT jsonb_build_object('from', :now::timestamptz - interval '7 days',
                                                                           'to', :now::timestamptz)),
                     'coverage', 1, 'sample_size', count(*),
                     'completed', count(*) FILTER (WHERE outcome = 'completed')) AS metadata
            FROM due JOIN miners USING (miner_id) JOIN job_outcomes o USING (miner_id)
            WHERE recorded_at > :now::timestamptz - interval '7 days' AND recorded_at <= :now::timestamptz
              AND enrollment <> 'REMOVED'
            GROUP BY due.miner_id
            """;

    /** Miners that are up and not busy, of all approved ones. */
    static final String CAPACITY = """
            SELECT '' AS miner_id, 'capacity_availability_pct' AS metric_type,
                   100.0::float8 * count(*) FILTER (WHERE free) / count(*) AS value, count(*) AS samples,
                   jsonb_build_object('window', jsonb_build_object('from', :now::timestamptz, 'to', :now::timestamptz),
                     'coverage', 1, 'sample_size', count(*), 'total_miners', count(*),
                     'active_miners', count(*) FILTER (WHERE free)) AS metadata
            FROM (SELECT s.state IN ('UP', 'DEGRADED') AND s.down_after > :now::timestamptz AND s.current_jobs < m.max_parallel
                         AND NOT EXISTS (SELECT 1 FROM miner_state_intervals i WHERE i.miner_id = m.miner_id
                                         AND i.state = 'MAINTENANCE' AND i.started_at <= :now AND i.ended_at > :now) AS free
                  FROM miners m JOIN miner_status s USING (miner_id) WHERE m.enrollment = 'APPROVED') fleet
            HAVING count(*) > 0
            """;

    /**
     * Judges what a measure yields, and writes the rows that say something new: another value, threshold or verdict, or the
     * hour's row. {@code %s} is the measure. Severities at exactly the bounds: a threshold itself is kept, and so is the
     * bound of critical.
     */
    static final String RECORD = """
            WITH measured AS (%s), judged AS (
              SELECT *, CASE metric_type WHEN 'uptime_pct' THEN :uptime::float8 WHEN 'response_time_ms' THEN :response::float8
                          WHEN 'completion_rate_pct' THEN :completion::float8 ELSE :capacity::float8 END AS threshold
              FROM measured
            ), verdicts AS (
              SELECT *, CASE
                WHEN metric_type = 'uptime_pct' AND value < threshold * 0.9 THEN 'critical'
                WHEN metric_type = 'uptime_pct' AND value < threshold THEN 'high'
                WHEN metric_type = 'response_time_ms' AND value > threshold * 2 THEN 'critical'
                WHEN metric_type = 'response_time_ms' AND value > threshold THEN 'high'
                WHEN metric_type = 'completion_rate_pct' AND value < threshold AND samples >= 5 THEN 'critical'
                WHEN metric_type = 'capacity_availability_pct' AND value < threshold THEN 'high' END AS severity
              FROM judged
            ), news AS MATERIALIZED (
              SELECT uuid_v7(:now::timestamptz) AS id, v.* FROM verdicts v LEFT JOIN sla_current c USING (miner_id, metric_type)
              WHERE c.miner_id IS NULL OR c.metric_value <> v.value OR c.threshold <> v.threshold
                 OR c.severity IS DISTINCT FROM v.severity OR c.recorded_at < :stale
            ), kept AS (
              INSERT INTO sla_metrics (id, miner_id, metric_type, metric_value, threshold, is_violation, timestamp, metadata)
              SELECT id, nullif(miner_id, ''), metric_type, value, threshold, severity IS NOT NULL, :now, metadata FROM news
            )
            INSERT INTO sla_current (miner_id, metric_type, metric_value, threshold, is_violation, severity, metric_id,
                                     recorded_at, metadata)
            SELECT miner_id, metric_type, value, threshold, severity IS NOT NULL, severity, id, :now, metadata FROM news
            ON CONFLICT (miner_id, metric_type) DO UPDATE SET metric_value = excluded.metric_value,
              threshold = excluded.threshold, is_violation = excluded.is_violation, severity = excluded.severity,
              metric_id = excluded.metric_id, recorded_at = excluded.recorded_at, metadata = excluded.metadata
            """;
}
