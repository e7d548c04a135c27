package io.aitbc.monitoring.proxy;

import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All registered exporters. */
@Repository
class Exporters {

    private final JdbcClient jdbc;

    Exporters(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Exporter> find(String service, String jobId) {
        return jdbc.sql("SELECT * FROM exporters WHERE service = :service AND job_id = :jobId")
                .param("service", service)
                .param("jobId", jobId)
                .query(Exporters::exporter)
                .optional();
    }

    Page<Exporter> page(@Nullable String cursor, int limit) {
        List<String> after = cursor == null ? List.of("", "") : Cursors.decode(cursor, 2);
        List<Exporter> found = jdbc.sql("""
                SELECT * FROM exporters
                WHERE (service, job_id) > (:service, :jobId)
                ORDER BY service, job_id
                LIMIT :limit
                """)
                .param("service", after.get(0))
                .param("jobId", after.get(1))
                .param("limit", limit + 1)
                .query(Exporters::exporter)
                .list();
        return Page.of(found, limit, last -> Cursors.encode(last.service(), last.jobId()));
    }

    int count() {
        return jdbc.sql("SELECT count(*) FROM exporters").query(Integer.class).single();
    }

    /** Lets only this transaction change exporters; they are few and change seldom. */
    void lock() {
        jdbc.sql("LOCK TABLE exporters IN SHARE ROW EXCLUSIVE MODE").update();
    }

    void put(Exporter exporter) {
        jdbc.sql("""
                INSERT INTO exporters (service, job_id, url, registered_at, changed_at)
                VALUES (:service, :jobId, :url, :registeredAt, :changedAt)
                ON CONFLICT (service, job_id) DO UPDATE SET url = excluded.url, changed_at = excluded.changed_at
                """)
                .param("service", exporter.service())
                .param("jobId", exporter.jobId())
                .param("url", exporter.url())
                .param("registeredAt", Timestamp.from(exporter.registeredAt()))
                .param("changedAt", Timestamp.from(exporter.changedAt()))
                .update();
    }

    void delete(String service, String jobId) {
        jdbc.sql("DELETE FROM exporters WHERE service = :service AND job_id = :jobId")
                .param("service", service)
                .param("jobId", jobId)
                .update();
    }

    private static Exporter exporter(ResultSet row, int n) throws SQLException {
        return new Exporter(
                row.getString("service"),
                row.getString("job_id"),
                row.getString("url"),
                row.getTimestamp("registered_at").toInstant(),
                row.getTimestamp("changed_at").toInstant());
    }
}
