package io.aitbc.service.lifetime;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One row per process that ever ran this service, with its last sign of life. */
final class ServiceRuns {

    private final JdbcClient jdbc;

    ServiceRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Instant> latestSignOfLife() {
        return jdbc.sql("SELECT max(last_seen_at) FROM service_runs")
                .query((row, n) -> row.getTimestamp(1))
                .optional()
                .map(Timestamp::toInstant);
    }

    long count() {
        return jdbc.sql("SELECT count(*) FROM service_runs").query(Long.class).single();
    }

    void start(UUID instance, Instant at) {
        jdbc.sql("INSERT INTO service_runs (instance_id, started_at, last_seen_at) VALUES (:id, :at, :at)")
                .param("id", instance)
                .param("at", Timestamp.from(at))
                .update();
    }

    void seen(UUID instance, Instant at) {
        jdbc.sql("UPDATE service_runs SET last_seen_at = greatest(last_seen_at, :at) WHERE instance_id = :id")
                .param("id", instance)
                .param("at", Timestamp.from(at))
                .update();
    }

    void stop(UUID instance, Instant at) {
        jdbc.sql("UPDATE service_runs SET last_seen_at = greatest(last_seen_at, :at), stopped_at = :at"
                        + " WHERE instance_id = :id")
                .param("id", instance)
                .param("at", Timestamp.from(at))
                .update();
    }

    int othersAliveSince(UUID instance, Instant since) {
        return jdbc.sql("SELECT count(*) FROM service_runs WHERE instance_id <> :id AND stopped_at IS NULL"
                        + " AND last_seen_at >= :since")
                .param("id", instance)
                .param("since", Timestamp.from(since))
                .query(Integer.class)
                .single();
    }
}
