package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.HttpRequest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many events of the ledger per second become finalized invoices by the monthly run, beside the plainest sums over the same rows. */
final class InvoiceScenario implements Scenario {

    private static final int TENANTS = 1_000;
    private static final String MONTH = "2026-03";
    private static final String PLAINEST =
            "SELECT tenant_id, resource_type, sum(quantity) FROM usage_ledger GROUP BY tenant_id, resource_type";
    private static final Pattern SECONDS =
            Pattern.compile("(?m)^billing_run_duration_seconds_sum(?:\\{[^}]*})? (\\S+)$");
    private static final Pattern RUNS =
            Pattern.compile("(?m)^billing_run_duration_seconds_count(?:\\{[^}]*})? (\\S+)$");
    private static final Duration LONGEST = Duration.ofMinutes(20);

    @Override
    public void run(Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        long events = Long.getLong("invoices.events", quick ? 1_000_000 : 10_000_000);
        Servers.Database ledger = servers.coordinatorDatabase();
        try (Connection connection = ledger.connect()) {
            report.progress("loading " + TENANTS + " tenants with " + events + " events");
            load(connection, events);
            List<Double> plain = new ArrayList<>();
            List<Double> runs = new ArrayList<>();
            List<Double> priced = new ArrayList<>();
            try (ServiceProcess coordinator = servers.coordinator(ledger, Map.of("BILLING_MONTHLY_RUN", "false"))) {
                plain.add(Sql.timeMs(connection, PLAINEST));
                for (int round = 0; round < 3; round++) {
                    plain.add(Sql.timeMs(connection, PLAINEST));
                    priced.add(priced(coordinator));
                    plain.add(Sql.timeMs(connection, PLAINEST));
                    runs.add(invoiced(connection, coordinator, events));
                    plain.add(Sql.timeMs(connection, PLAINEST));
                    forgetInvoices(connection);
                }
            }
            report.progress("priced " + priced + " ms, runs " + runs + " ms, plainest sums " + plain + " ms");
            report.add(Figure.atMost(
                    "(g) all usage of a month summed up and priced twice by the simulator",
                    Report.median(priced),
                    "plainest sums over the same rows",
                    Report.median(plain),
                    "ms",
                    2));
            report.add(Figure.atMost(
                    "(g) monthly run, " + TENANTS + " tenants, " + Figure.number(events) + " events",
                    Report.median(runs),
                    "plainest sums over the same rows",
                    Report.median(plain),
                    "ms",
                    2));
            report.add(Figure.compared(
                    "events invoiced by it",
                    events / (Report.median(runs) / 1000),
                    "summed plainly",
                    events / (Report.median(plain) / 1000),
                    "events/s"));
        }
        servers.drop(ledger);
    }

    /** In the order of time, as events arrive. */
    private static void load(Connection connection, long events) throws SQLException {
        Sql.run(
                connection,
                "CREATE TABLE usage_ledger_y2026m03 PARTITION OF usage_ledger FOR VALUES FROM ('2026-03-01Z') TO ('2026-04-01Z')",
                "INSERT INTO tenants (tenant_id, name, currency, timezone, created_at, updated_at)"
                        + " SELECT 'tenant-' || t, 'Tenant ' || t, 'USD', 'UTC', '2026-01-01Z', '2026-01-01Z'"
                        + " FROM generate_series(0, " + TENANTS + " - 1) AS t",
                "INSERT INTO usage_ledger (tenant_id, occurred_at, key, event_id, source, resource_type, quantity,"
                        + " currency, job_id, miner_id, recorded_at)"
                        + " SELECT 'tenant-' || n % " + TENANTS
                        + ", timestamptz '2026-03-01Z' + n * (interval '31 days' / "
                        + events + "), gen_random_uuid(), 'event-' || n, 'pool-1',"
                        + " (ARRAY['gpu_hours', 'storage_gb', 'api_calls', 'compute_hours'])[1 + (n / " + TENANTS
                        + ") % 4], (1 + n % 9999) * 0.0001, 'USD', 'job-' || n, 'miner-' || n % 97, now()"
                        + " FROM generate_series(0, " + events + " - 1) AS n",
                "VACUUM (ANALYZE) usage_ledger",
                "ANALYZE tenants",
                "CHECKPOINT");
    }

    /** One run from its beginning to its end, as the service measures it, ms. */
    private static double invoiced(Connection connection, ServiceProcess coordinator, long events)
            throws IOException, SQLException, InterruptedException {
        double before = figure(coordinator, SECONDS);
        double runs = figure(coordinator, RUNS);
        coordinator.exchange(
                HttpRequest.post("/api/billing/runs", ServiceProcess.OPERATOR, "{\"month\": \"" + MONTH + "\"}"));
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (figure(coordinator, RUNS) == runs) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the run did not end within " + LONGEST);
            }
            Thread.sleep(200);
        }
        long counted = Sql.number(
                connection,
                "SELECT coalesce(sum(event_count), 0) FROM invoice_lines l JOIN invoices i USING (invoice_id)"
                        + " WHERE i.status IN ('FINALIZED', 'PAID')");
        if (counted != events) {
            throw new IllegalStateException(counted + " events are on invoices instead of " + events);
        }
        return (figure(coordinator, SECONDS) - before) * 1000;
    }

    /** A whole month of everybody, under the plan in force and a proposed one; nothing is written. */
    private static double priced(ServiceProcess coordinator) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        coordinator.exchange(HttpRequest.post("/api/price-plans/simulate", ServiceProcess.OPERATOR, """
                {"plan": "default", "period_start": "2026-03-01T00:00:00Z", "period_end": "2026-04-01T00:00:00Z",
                 "version": {"currency": "USD", "rates": [
                   {"resource_type": "gpu_hours", "unit_price": 0.4}, {"resource_type": "storage_gb", "unit_price": 0.02},
                   {"resource_type": "api_calls", "unit_price": 0.0001}, {"resource_type": "compute_hours", "unit_price": 0.3}]}}"""));
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double figure(ServiceProcess coordinator, Pattern pattern) throws IOException {
        Matcher found =
                pattern.matcher(coordinator.exchange(HttpRequest.get("/actuator/prometheus", ServiceProcess.VIEWER)));
        if (!found.find()) {
            throw new IllegalStateException("the service shows no " + pattern);
        }
        return Double.parseDouble(found.group(1));
    }

    /** What is finalized stays, but for whoever owns the database. */
    private static void forgetInvoices(Connection connection) throws SQLException {
        Sql.run(
                connection,
                "SET session_replication_role = replica",
                "TRUNCATE invoice_run_invoices, invoice_run_failures, invoice_runs, invoice_settlements, payout_entries,"
                        + " invoice_lines, invoices, invoice_numbers",
                "SET session_replication_role = DEFAULT");
    }
}
