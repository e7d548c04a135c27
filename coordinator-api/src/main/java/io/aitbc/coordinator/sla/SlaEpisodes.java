package io.aitbc.coordinator.sla;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Episodes that give credits. */
@Repository
public class SlaEpisodes {

    private final JdbcClient jdbc;

    SlaEpisodes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The episodes of these miners that are over, not excused, and overlap [from, to), by miner and time. They are whole: it is
     * the caller who cuts them at the ends.
     */
    public List<SlaEpisode> closed(Collection<String> minerIds, Instant from, Instant to) {
        return closed(minerIds, from, to, Set.of());
    }

    /**
     * The same, and those of these ids also if they were excused meanwhile.
     *
     * @param also episodes that gave a credit already
     */
    public List<SlaEpisode> closed(Collection<String> minerIds, Instant from, Instant to, Collection<UUID> also) {
        return jdbc.sql("""
                SELECT source, episode_id, miner_id, metric, threshold, worst, started_at, ended_at FROM sla_episodes
                 WHERE miner_id = ANY (:miners) AND (status = 'RESOLVED' OR episode_id = ANY (:also::uuid[]))
                   AND ended_at > :from AND started_at < :to
                 ORDER BY miner_id, started_at, metric, source, episode_id
                """)
                .param("miners", minerIds.toArray(String[]::new))
                .param("also", also.stream().map(UUID::toString).toArray(String[]::new))
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("to", to.atOffset(ZoneOffset.UTC))
                .query((row, n) -> new SlaEpisode(
                        row.getString(1),
                        row.getObject(2, UUID.class),
                        row.getString(3),
                        row.getString(4),
                        row.getBigDecimal(5),
                        row.getBigDecimal(6),
                        row.getTimestamp(7).toInstant(),
                        row.getTimestamp(8).toInstant()))
                .list();
    }
}
