package io.aitbc.coordinator.invoice;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.service.security.Caller;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All runs, what they made and whom they could not serve. */
@Repository
class BillingRuns {

    private static final int MOST_SHOWN = 1000;
    private static final String SHOWN = """
            SELECT r.*,
                (SELECT count(*) FROM invoice_run_invoices i WHERE i.run_id = r.run_id) AS invoices,
                (SELECT count(*) FROM invoice_run_failures f WHERE f.run_id = r.run_id) AS failed
            FROM invoice_runs r
            """;

    private final JdbcClient jdbc;

    BillingRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Has the month's run begin or go on. While it runs, of two waits the shorter counts. */
    UUID request(YearMonth month, boolean finalizes, Duration wait, String by, Instant now) {
        return jdbc.sql("""
                INSERT INTO invoice_runs AS known (run_id, month, finalize, state, wait_hours, requested_by, started_at)
                VALUES (:id, :month, :finalize, 'RUNNING', :wait, :by, :now)
                ON CONFLICT (month, finalize) DO UPDATE
                SET state = 'RUNNING', finished_at = NULL, requested_by = excluded.requested_by,
                    requests = known.requests + 1,
                    started_at = CASE known.state WHEN 'RUNNING' THEN known.started_at ELSE excluded.started_at END,
                    wait_hours = CASE known.state WHEN 'RUNNING' THEN least(known.wait_hours, excluded.wait_hours)
                        ELSE excluded.wait_hours END
                RETURNING run_id
                """)
                .param("id", UuidCreator.getTimeOrderedEpoch())
                .param("month", month.toString())
                .param("finalize", finalizes)
                .param("wait", wait.toHours())
                .param("by", by)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query(UUID.class)
                .single();
    }

    /** What is to be done, the earliest month first, and drafts last. */
    List<BillingRun> running() {
        return jdbc.sql("SELECT * FROM invoice_runs WHERE state = 'RUNNING' ORDER BY finalize DESC, month")
                .query((row, n) -> new BillingRun(
                        row.getObject("run_id", UUID.class),
                        YearMonth.parse(row.getString("month")),
                        row.getBoolean("finalize"),
                        Duration.ofHours(row.getInt("wait_hours")),
                        !row.getString("requested_by").equals(Caller.system().name()),
                        row.getLong("requests")))
                .list();
    }

    /** Ends a run, unless it was asked for again meanwhile. */
    void finish(BillingRun run, Instant now) {
        jdbc.sql("""
                UPDATE invoice_runs SET state = 'DONE', finished_at = :now WHERE run_id = :id AND requests = :requests
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("id", run.runId())
                .param("requests", run.requests())
                .update();
    }

    void made(UUID runId, UUID invoiceId) {
        jdbc.sql("INSERT INTO invoice_run_invoices (run_id, invoice_id) VALUES (:run, :invoice) ON CONFLICT DO NOTHING")
                .param("run", runId)
                .param("invoice", invoiceId)
                .update();
    }

    void failed(UUID runId, BillingRun.Failure failure) {
        jdbc.sql("""
                INSERT INTO invoice_run_failures (run_id, tenant_id, code, detail, failed_at)
                VALUES (:run, :tenant, :code, :detail, :at)
                ON CONFLICT (run_id, tenant_id) DO UPDATE
                SET code = excluded.code, detail = excluded.detail, failed_at = excluded.failed_at
                """)
                .param("run", runId)
                .param("tenant", failure.tenantId())
                .param("code", failure.code())
                .param("detail", failure.detail())
                .param("at", failure.failedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Forgets the failures of all other tenants: they have their invoice now. */
    void keepFailures(UUID runId, List<String> tenantIds) {
        jdbc.sql("DELETE FROM invoice_run_failures WHERE run_id = :run AND tenant_id <> ALL (:tenants)")
                .param("run", runId)
                .param("tenants", tenantIds.toArray(String[]::new))
                .update();
    }

    List<BillingRun.View> newest() {
        return jdbc.sql(SHOWN + " ORDER BY r.month DESC, r.finalize DESC LIMIT " + MOST_SHOWN)
                .query(BillingRuns::view)
                .list();
    }

    Optional<BillingRun.View> find(UUID runId) {
        return jdbc.sql(SHOWN + " WHERE r.run_id = :id")
                .param("id", runId)
                .query(BillingRuns::view)
                .optional();
    }

    /** The first thousand by tenant. */
    List<BillingRun.Failure> failures(UUID runId) {
        return jdbc.sql("SELECT * FROM invoice_run_failures WHERE run_id = :id ORDER BY tenant_id LIMIT " + MOST_SHOWN)
                .param("id", runId)
                .query((row, n) -> new BillingRun.Failure(
                        row.getString("tenant_id"),
                        row.getString("code"),
                        row.getString("detail"),
                        row.getTimestamp("failed_at").toInstant()))
                .list();
    }

    private static BillingRun.View view(ResultSet row, int n) throws SQLException {
        @Nullable OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        return new BillingRun.View(
                row.getObject("run_id", UUID.class),
                row.getString("month"),
                row.getBoolean("finalize"),
                BillingRun.State.valueOf(row.getString("state")),
                row.getString("requested_by"),
                row.getTimestamp("started_at").toInstant(),
                finished == null ? null : finished.toInstant(),
                row.getLong("invoices"),
                row.getLong("failed"));
    }
}
