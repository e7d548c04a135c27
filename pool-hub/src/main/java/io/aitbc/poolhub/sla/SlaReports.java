package io.aitbc.poolhub.sla;

import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.web.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Writes a miner's month from its state intervals. */
@Repository
public class SlaReports {

    private record Sums(double up, double known, double maintenance) {}

    private final JdbcClient jdbc;
    private final SlaReads reads;
    private final Clock clock;

    SlaReports(JdbcClient jdbc, SlaReads reads, Clock clock) {
        this.jdbc = jdbc;
        this.reads = reads;
        this.clock = clock;
    }

    /**
     * The month of a miner; what of it lies ahead is left out.
     *
     * @throws Problem 422 when it has not begun
     */
    public SlaReport of(String minerId, YearMonth month) {
        Instant from = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant now = clock.instant();
        if (from.isAfter(now)) {
            throw Problem.unprocessable("month-not-begun", "The month " + month + " has not begun yet.");
        }
        Instant to = end.isAfter(now) ? now : end;
        List<SlaReport.Interval> intervals = intervals(minerId, from, to);
        Sums sums = sums(minerId, from, to);
        double length = (to.toEpochMilli() - from.toEpochMilli()) / 1000.0;
        var episodes = reads.violations(
                new SlaReads.EpisodeFilter(null, minerId, null, from, to), SlaReads.Place.START, 10_000);
        return new SlaReport(
                minerId,
                month.toString(),
                from,
                to,
                SlaReport.FORMULA,
                sums.known() > 0 ? 100 * sums.up() / sums.known() : null,
                sums.up(),
                sums.known(),
                sums.maintenance(),
                length > 0 ? sums.known() / length : 0,
                intervals,
                episodes.items(),
                ApiKeys.sha256(lines(intervals)));
    }

    private List<SlaReport.Interval> intervals(String minerId, Instant from, Instant to) {
        return jdbc.sql("""
                SELECT state, greatest(started_at, :from), least(coalesce(ended_at, :to), :to), source, reason
                FROM miner_state_intervals
                WHERE miner_id = :miner AND started_at < :to AND (ended_at IS NULL OR ended_at > :from)
                ORDER BY 2, state, 3
                """)
                .param("miner", minerId)
                .param("from", Timestamp.from(from))
                .param("to", Timestamp.from(to))
                .query((row, n) -> new SlaReport.Interval(
                        row.getString(1),
                        row.getTimestamp(2).toInstant(),
                        row.getTimestamp(3).toInstant(),
                        row.getString(4),
                        row.getString(5)))
                .list();
    }

    private Sums sums(String minerId, Instant from, Instant to) {
        return jdbc.sql("""
                WITH span AS (
                  SELECT state, tstzrange(greatest(started_at, :from), least(coalesce(ended_at, :to), :to)) AS r
                  FROM miner_state_intervals
                  WHERE miner_id = :miner AND started_at < :to AND (ended_at IS NULL OR ended_at > :from)
                ), agreed AS (
                  SELECT coalesce(range_agg(r), '{}'::tstzmultirange) AS m FROM span WHERE state = 'MAINTENANCE'
                ), net AS (
                  SELECT state, extract(epoch FROM upper(x) - lower(x))::float8 AS s
                  FROM span, agreed, LATERAL unnest(tstzmultirange(r) - m) AS x WHERE state IN ('UP', 'DEGRADED', 'DOWN')
                )
                SELECT coalesce(sum(s) FILTER (WHERE state = 'UP'), 0), coalesce(sum(s), 0),
                       (SELECT coalesce(sum(extract(epoch FROM upper(x) - lower(x))), 0)::float8
                        FROM agreed, LATERAL unnest(m) AS x)
                FROM net
                """)
                .param("miner", minerId)
                .param("from", Timestamp.from(from))
                .param("to", Timestamp.from(to))
                .query((row, n) -> new Sums(row.getDouble(1), row.getDouble(2), row.getDouble(3)))
                .single();
    }

    private static String lines(List<SlaReport.Interval> intervals) {
        return intervals.stream()
                .map(i -> i.state() + "," + i.start() + "," + i.end() + "\n")
                .collect(Collectors.joining());
    }
}
