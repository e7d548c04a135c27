package io.aitbc.coordinator.sla;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All episodes that were reported, each as it was said last. */
@Repository
class EpisodeBook {

    /** Which episodes are listed; null does not narrow. */
    record Filter(
            @Nullable String minerId,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable EpisodeStatus status) {}

    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    EpisodeBook(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Stores what is new or newer, each episode at most once; answers the ids of those. */
    Set<UUID> store(String source, Collection<EpisodeRow> rows, Instant now) {
        return new HashSet<>(jdbc.sql("""
                INSERT INTO sla_episodes AS known (source, episode_id, revision, status, miner_id, metric, threshold, worst,
                                                   severity, started_at, ended_at, excuse_reason, excused_by, excused_at,
                                                   evidence, received_at)
                SELECT :source, episode_id, revision, status, miner_id, metric, threshold, worst, severity, started_at,
                       ended_at, excuse_reason, excused_by, excused_at, evidence, :now
                FROM jsonb_to_recordset(:rows::jsonb)
                  AS row (episode_id uuid, revision int, status text, miner_id text, metric text, threshold numeric,
                          worst numeric, severity text, started_at timestamptz, ended_at timestamptz, excuse_reason text,
                          excused_by text, excused_at timestamptz, evidence jsonb)
                ORDER BY episode_id
                ON CONFLICT (source, episode_id) DO UPDATE
                   SET revision = excluded.revision, status = excluded.status, threshold = excluded.threshold,
                       worst = excluded.worst, severity = excluded.severity, ended_at = excluded.ended_at,
                       excuse_reason = excluded.excuse_reason, excused_by = excluded.excused_by,
                       excused_at = excluded.excused_at, evidence = excluded.evidence, received_at = excluded.received_at
                 WHERE known.revision < excluded.revision AND known.miner_id = excluded.miner_id
                   AND known.metric = excluded.metric AND known.started_at = excluded.started_at
                RETURNING episode_id
                """)
                .param("source", source)
                .param("rows", write(rows))
                .param("now", utc(now))
                .query(UUID.class)
                .list());
    }

    /** Those of the rows whose id names an episode of another miner, metric or time. */
    Set<UUID> others(String source, Collection<EpisodeRow> rows) {
        return new HashSet<>(jdbc.sql("""
                SELECT episode_id FROM sla_episodes known
                  JOIN jsonb_to_recordset(:rows::jsonb) AS row (episode_id uuid, miner_id text, metric text,
                                                                started_at timestamptz) USING (episode_id)
                 WHERE source = :source AND (known.miner_id, known.metric, known.started_at)
                                            <> (row.miner_id, row.metric, row.started_at)
                """)
                .param("source", source)
                .param("rows", write(rows))
                .query(UUID.class)
                .list());
    }

    /** Those that overlap [from, to), the latest end first. */
    Page<EpisodeView> list(Filter filter, @Nullable String cursor, int limit) {
        List<String> place =
                cursor == null ? List.of(LAST.toString(), "", new UUID(0, 0).toString()) : Cursors.decode(cursor, 3);
        List<EpisodeView> found = jdbc.sql("""
                SELECT * FROM sla_episodes
                 WHERE (:miner::text IS NULL OR miner_id = :miner) AND (:status::text IS NULL OR status = :status)
                   AND (:from::timestamptz IS NULL OR ended_at > :from) AND (:to::timestamptz IS NULL OR started_at < :to)
                   AND (ended_at < :at OR ended_at = :at AND (source, episode_id) > (:source, :id))
                 ORDER BY ended_at DESC, source, episode_id LIMIT :limit
                """)
                .param("miner", filter.minerId())
                .param(
                        "status",
                        filter.status() == null ? null : filter.status().name())
                .param("from", filter.from() == null ? null : utc(filter.from()))
                .param("to", filter.to() == null ? null : utc(filter.to()))
                .param("at", utc(time(place.get(0))))
                .param("source", place.get(1))
                .param("id", id(place.get(2)))
                .param("limit", limit + 1)
                .query((row, n) -> view(row))
                .list();
        return Page.of(
                found,
                limit,
                last -> Cursors.encode(
                        last.endedAt().toString(),
                        last.source(),
                        last.episodeId().toString()));
    }

    private static EpisodeView view(ResultSet row) throws SQLException {
        return new EpisodeView(
                row.getString("source"),
                row.getObject("episode_id", UUID.class),
                row.getInt("revision"),
                EpisodeStatus.valueOf(row.getString("status")),
                row.getString("miner_id"),
                row.getString("metric"),
                row.getBigDecimal("threshold"),
                row.getBigDecimal("worst"),
                row.getString("severity"),
                row.getTimestamp("started_at").toInstant(),
                row.getTimestamp("ended_at").toInstant(),
                row.getString("excuse_reason"),
                row.getString("excused_by"),
                row.getTimestamp("excused_at") == null
                        ? null
                        : row.getTimestamp("excused_at").toInstant(),
                row.getString("evidence"),
                row.getTimestamp("received_at").toInstant());
    }

    private static Instant time(String text) {
        try {
            Instant time = Instant.parse(text);
            if (EpisodeRow.isStorable(time)) {
                return time;
            }
        } catch (DateTimeException e) {
            // Answered below, like a time that no row has.
        }
        throw Cursors.badCursor();
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Cursors.badCursor();
        }
    }

    private String write(Collection<EpisodeRow> rows) {
        try {
            return json.writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write as JSON what was read as JSON", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
