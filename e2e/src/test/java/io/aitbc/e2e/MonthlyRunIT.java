package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.postgres.EmbeddedPostgres;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The monthly run over many tenants, killed three times while it is at it: no tenant is missed, none is invoiced twice, the numbers
 * have no gaps, and all invoices together are what anybody can compute from the ledger.
 */
class MonthlyRunIT {

    private static final String[] ZONES = {"UTC", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York"};
    private static final int KILLS = 3;
    private static final Map<String, BigDecimal> PRICES = Map.of(
            "gpu_hours", new BigDecimal("0.5"),
            "storage_gb", new BigDecimal("0.02"),
            "api_calls", new BigDecimal("0.0001"),
            "compute_hours", new BigDecimal("0.3"));

    private final int tenants = Integer.getInteger("monthly.run.tenants", 200);
    private final long events = Long.getLong("monthly.run.events", 200_000);
    /** The month before last: it is over, and long enough, in every zone. */
    private final YearMonth month =
            YearMonth.from(LocalDate.now(ZoneOffset.UTC)).minusMonths(2);

    @TempDir
    Path folder;

    @Test
    void noTenantIsMissedAndNoneInvoicedTwiceThoughItIsKilledThreeTimes() throws Exception {
        String key = "key-for-tests-" + UUID.randomUUID();
        try (EmbeddedPostgres server =
                        EmbeddedPostgres.start(EmbeddedPostgres.Settings.durable(folder.resolve("database")));
                ServiceProcess coordinator = new ServiceProcess(
                        "coordinator-api",
                        "COORDINATOR_PORT",
                        folder,
                        Map.of(
                                "SPRING_DATASOURCE_URL",
                                server.jdbcUrl(),
                                "SPRING_DATASOURCE_USERNAME",
                                server.username(),
                                "SPRING_DATASOURCE_PASSWORD",
                                server.password(),
                                "COORDINATOR_OPERATOR_KEY",
                                key,
                                "COORDINATOR_VIEWER_KEY",
                                key + "-viewer",
                                "COORDINATOR_API_KEY",
                                key + "-service",
                                "POOLHUB_SERVICE_KEY",
                                key + "-hub",
                                "DATA_DIR",
                                folder.resolve("data").toString(),
                                // Only what is asked for.
                                "BILLING_MONTHLY_RUN",
                                "false"));
                Connection database =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password())) {
            coordinator.start().awaitReady();
            long loading = System.nanoTime();
            load(database);
            long loaded = System.nanoTime();
            Api api = new Api(coordinator.url(), key);
            List<Long> killedAt = new ArrayList<>();
            long working = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                long begin = System.nanoTime();
                ask(api);
                long wanted = (long) tenants * kill / (KILLS + 1);
                await(coordinator, () -> finalized(database) >= wanted);
                coordinator.kill();
                working += System.nanoTime() - begin;
                killedAt.add(finalized(database));
                coordinator.start().awaitReady();
            }
            assertThat(killedAt).allMatch(done -> done > 0 && done < tenants).isSorted();
            // Nobody asks again: what was begun goes on by itself.
            long begin = System.nanoTime();
            await(
                    coordinator,
                    () -> number(database, "SELECT count(*) FROM invoice_runs WHERE state = 'RUNNING'") == 0);
            working += System.nanoTime() - begin;
            System.out.printf(
                    "monthly run: %d tenants, %d events (loaded in %.1f s), killed after %s invoices, %.1f s of work with"
                            + " waiting for locks of the dead: %.0f events/s%n",
                    tenants, events, (loaded - loading) / 1e9, killedAt, working / 1e9, events / (working / 1e9));
            prove(api, database);
        }
    }

    private void ask(Api api) {
        api.post("/api/billing/runs", "{\"month\": \"" + month + "\"}").expect(202);
    }

    private void prove(Api api, Connection database) throws SQLException {
        JsonNode run = api.get("/api/billing/runs").expect(200).path("items").path(0);
        assertThat(run.path("state").asText()).isEqualTo("DONE");
        assertThat(run.path("invoices").asInt()).isEqualTo(tenants);
        assertThat(run.path("failed").asInt()).isZero();
        assertThat(finalized(database)).isEqualTo(tenants);
        assertThat(number(database, "SELECT count(DISTINCT tenant_id) FROM invoices"))
                .isEqualTo(tenants);
        assertThat(number(database, "SELECT count(*) FROM invoices")).isEqualTo(tenants);
        assertThat(number(database, "SELECT count(DISTINCT right(number, 6)::int) FROM invoices"))
                .isEqualTo(tenants);
        assertThat(number(database, "SELECT min(right(number, 6)::int) FROM invoices"))
                .isEqualTo(1);
        assertThat(number(database, "SELECT max(right(number, 6)::int) FROM invoices"))
                .isEqualTo(tenants);
        assertThat(number(
                        database, "SELECT sum(l.event_count) FROM invoice_lines l JOIN invoices i USING (invoice_id)"))
                .isEqualTo(number(database, "SELECT count(*) FROM usage_ledger"))
                .isEqualTo(events);
        Map<String, BigDecimal> expected = expected(database);
        Map<String, BigDecimal> invoiced = new HashMap<>();
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("SELECT tenant_id, total FROM invoices")) {
            while (row.next()) {
                invoiced.put(row.getString(1), row.getBigDecimal(2).setScale(2));
            }
        }
        assertThat(invoiced).isEqualTo(expected);
    }

    /** Each tenant's total, computed here from sums of the ledger. */
    private static Map<String, BigDecimal> expected(Connection database) throws SQLException {
        Map<String, BigDecimal> totals = new HashMap<>();
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT tenant_id, resource_type, sum(quantity) FROM usage_ledger GROUP BY 1, 2")) {
            while (row.next()) {
                BigDecimal price = PRICES.get(row.getString(2));
                assertThat(price).isNotNull();
                totals.merge(
                        row.getString(1),
                        row.getBigDecimal(3).multiply(price).setScale(2, RoundingMode.HALF_UP),
                        BigDecimal::add);
            }
        }
        return totals;
    }

    /** Straight into the tables: what the intake does with events has its own tests. */
    private void load(Connection database) throws SQLException {
        String zones = "(ARRAY['" + String.join("', '", ZONES) + "'])[1 + t % " + ZONES.length + "]";
        run(database, """
                INSERT INTO tenants (tenant_id, name, currency, timezone, created_at, updated_at)
                SELECT 'tenant-' || t, 'Tenant ' || t, 'USD', %s, now() - interval '1 year', now()
                FROM generate_series(0, %d - 1) AS t
                """.formatted(zones, tenants));
        for (YearMonth each : List.of(month.minusMonths(1), month, month.plusMonths(1))) {
            run(
                    database,
                    "CREATE TABLE IF NOT EXISTS usage_ledger_y%04dm%02d PARTITION OF usage_ledger FOR VALUES FROM ('%s-01Z') TO ('%s-01Z')"
                            .formatted(each.getYear(), each.getMonthValue(), each, each.plusMonths(1)));
        }
        // Spread over the month from its first hour by each tenant's clocks to its last, in the order of time.
        run(database, """
                INSERT INTO usage_ledger (tenant_id, occurred_at, key, event_id, source, resource_type, quantity, currency,
                    job_id, miner_id, recorded_at)
                SELECT t.tenant_id, ('%1$s-01'::timestamp + n * (interval '28 days' / %3$d)) AT TIME ZONE t.timezone,
                    gen_random_uuid(), 'event-' || n, 'pool-1',
                    (ARRAY['gpu_hours', 'storage_gb', 'api_calls', 'compute_hours'])[1 + (n / %2$d) %% 4],
                    (1 + n %% 9999) * 0.0001, 'USD', 'job-' || n, 'miner-' || (n %% 97), now()
                FROM generate_series(0, %3$d - 1) AS n
                JOIN tenants t ON t.tenant_id = 'tenant-' || (n %% %2$d)
                """.formatted(month, tenants, events));
        run(database, "VACUUM (ANALYZE) usage_ledger");
    }

    private static void run(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long finalized(Connection database) throws SQLException {
        return number(database, "SELECT count(*) FROM invoices WHERE status IN ('FINALIZED', 'PAID')");
    }

    private static long number(Connection database, String query) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private interface Condition {
        boolean holds() throws SQLException;
    }

    private static void await(ServiceProcess coordinator, Condition condition) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within ten minutes:\n" + coordinator.tail());
            }
            ServiceProcess.pause(5);
        }
    }
}
