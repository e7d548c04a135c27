package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every name that the requirements fix: paths, fields, defaults, variables, tables, columns, Prometheus series. */
class ContractIT {

    private static final List<String> TABLES = List.of(
            "sla_metrics: id miner_id metric_type metric_value threshold is_violation timestamp metadata",
            "sla_violations: id miner_id violation_type severity metric_value threshold violation_duration_ms resolved_at"
                    + " created_at metadata",
            "capacity_snapshots: id total_miners active_miners total_parallel_capacity total_queue_length"
                    + " capacity_utilization_pct forecast_capacity recommended_scaling scaling_reason timestamp metadata",
            "miner_status: miner_id last_heartbeat_at");

    private static final List<String> INDEXES = List.of(
            "ix_sla_metrics_miner_id",
            "ix_sla_metrics_timestamp",
            "ix_sla_metrics_metric_type",
            "ix_sla_violations_miner_id",
            "ix_sla_violations_created_at",
            "ix_sla_violations_severity",
            "ix_capacity_snapshots_timestamp");

    private static final List<String> SERIES = List.of(
            "poolhub_sla_uptime_pct{miner_id=",
            "poolhub_sla_response_time_ms{miner_id=",
            "poolhub_sla_completion_rate_pct{miner_id=",
            "poolhub_sla_capacity_availability_pct ",
            "poolhub_sla_violations_total{metric_type=",
            "poolhub_billing_sync_errors_total ",
            "poolhub_miners{state=",
            "poolhub_match_duration_seconds_bucket",
            "poolhub_sla_error_budget_remaining_ratio{miner_id=",
            "poolhub_sla_collection_duration_seconds_count",
            "poolhub_sla_collection_last_success_timestamp_seconds ",
            "service_uptime_seconds ",
            "service_downtime_seconds ",
            "service_restart_count ");

    @TempDir
    Path folder;

    @Test
    void theDefaultsAndNamesHold() throws Exception {
        try (Services services = new Services(folder, Map.of()).start()) {
            Api hub = services.hubAs("POOLHUB_OPERATOR_KEY");
            fill(hub, services);
            JsonNode collected = hub.post("/sla/metrics/collect", "").expect(200);
            assertThat(names(collected))
                    .contains("miners_processed", "metrics_collected", "violations_detected", "capacity");
            assertThat(names(collected.get("capacity")))
                    .contains("total_miners", "active_miners", "capacity_availability_pct");
            thresholds(
                    collected,
                    Map.of(
                            "uptime_pct",
                            95.0,
                            "response_time_ms",
                            1000.0,
                            "completion_rate_pct",
                            90.0,
                            "capacity_availability_pct",
                            80.0));
            for (String path : new String[] {"/sla/metrics/m-1?hours=24", "/sla/metrics?hours=24", "/v1/sla/metrics"}) {
                assertThat(names(hub.get(path).expect(200).get(0)))
                        .contains(
                                "id",
                                "miner_id",
                                "metric_type",
                                "metric_value",
                                "threshold",
                                "is_violation",
                                "timestamp",
                                "metadata");
            }
            assertThat(hub.get("/sla/violations?resolved=false&miner_id=m-1").expect(200))
                    .isNotEmpty();
            assertThat(names(hub.get("/sla/status").expect(200)))
                    .contains("status", "active_violations", "recent_metrics_count", "timestamp");
            billing(hub);
            assertThat(names(new Api(services.hub.url(), null).get("/health").expect(200)))
                    .contains("status", "db", "redis", "miners_online");
            assertThat(new Api(services.coordinator.url(), null).get("/health").status())
                    .isEqualTo(200);
            String metrics = hub.get("/actuator/prometheus").body();
            SERIES.forEach(series -> assertThat(metrics).contains(series));
            schema(services.folder.resolve("data/pool-hub/postgres"));
        }
    }

    @Test
    void theVariablesSayOtherwise() throws Exception {
        Map<String, String> variables = Map.of(
                "SLA_UPTIME_THRESHOLD", "97.5",
                "SLA_RESPONSE_TIME_THRESHOLD", "500",
                "SLA_COMPLETION_RATE_THRESHOLD", "80",
                "SLA_CAPACITY_THRESHOLD", "70",
                "CAPACITY_FORECAST_HOURS", "24",
                "CAPACITY_ALERT_THRESHOLD_PCT", "75",
                "SLA_COLLECTION_INTERVAL_SECONDS", "1",
                "BILLING_SYNC_INTERVAL_HOURS", "1");
        try (Services services = new Services(folder, variables).start()) {
            Api hub = services.hubAs("POOLHUB_OPERATOR_KEY");
            fill(hub, services);
            thresholds(
                    hub.post("/sla/metrics/collect", "").expect(200),
                    Map.of(
                            "uptime_pct",
                            97.5,
                            "response_time_ms",
                            500.0,
                            "completion_rate_pct",
                            80.0,
                            "capacity_availability_pct",
                            70.0));
        }
    }

    @Test
    void aSettingThatMakesNoSenseStopsTheStartAndIsNamed() throws Exception {
        ServiceProcess hub = new ServiceProcess(
                "pool-hub",
                "POOLHUB_PORT",
                folder,
                Map.of("DATA_DIR", folder.resolve("data").toString(), "SLA_UPTIME_THRESHOLD", "140"));
        hub.start();
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (hub.isRunning() && System.nanoTime() < deadline) {
            ServiceProcess.pause(100);
        }
        assertThat(hub.isRunning()).isFalse();
        assertThat(Files.readString(hub.log())).contains("SLA_UPTIME_THRESHOLD must be within 0..100, was 140");
        hub.close();
    }

    private static void fill(Api hub, Services services) {
        Api enrollment = services.hubAs("POOLHUB_ENROLLMENT_TOKEN");
        enrollment
                .post("/v1/miners/register", "{\"miner_id\":\"m-1\",\"api_key\":\"a-key-that-is-long-enough\"}")
                .expect(201);
        new Api(services.hub.url(), "a-key-that-is-long-enough")
                .post("/v1/miners/heartbeat", "{\"status\":\"ready\",\"current_jobs\":0,\"network_latency_ms\":1500}")
                .expect(200);
        services.coordinatorAs("COORDINATOR_OPERATOR_KEY")
                .post(
                        "/api/tenants",
                        "{\"tenant_id\":\"tenant_001\",\"name\":\"One\",\"currency\":\"USD\",\"timezone\":\"UTC\"}")
                .expect(201);
        hub.post("/v1/match", "{\"job_id\":\"job_123\",\"tenant_id\":\"tenant_001\"}")
                .expect(200);
        hub.post("/v1/feedback", "{\"job_id\":\"job_123\",\"miner_id\":\"m-1\",\"outcome\":\"completed\"}")
                .expect(200);
    }

    private static void billing(Api hub) {
        hub.post("/sla/billing/usage/record", """
                {"tenant_id": "tenant_001", "resource_type": "gpu_hours", "quantity": 10.5, "unit_price": 0.50,
                 "job_id": "job_123", "metadata": {}}
                """).expect(202);
        hub.post("/sla/billing/sync", "{\"miner_id\": \"m-1\", \"hours_back\": 24}")
                .expect(200);
        hub.post("/sla/billing/sync", "{}").expect(200);
        assertThat(hub.get("/sla/billing/usage?hours=24&tenant_id=tenant_001").status())
                .isEqualTo(200);
        String month = java.time.Clock.systemUTC().instant().toString().substring(0, 7);
        JsonNode invoice = hub.post("/sla/billing/invoice/generate", """
                {"tenant_id": "tenant_001", "period_start": "%s-01T00:00:00Z", "period_end": "%s-28T23:59:59Z"}
                """.formatted(month, month))
                .expect(200);
        assertThat(invoice.get("status").asText()).isEqualTo("DRAFT");
        assertThat(hub.get("/sla/billing/usage/parked").expect(200)).isEmpty();
        assertThat(hub.get("/sla/billing/reconciliation")
                        .expect(200)
                        .get("balanced")
                        .asBoolean())
                .isTrue();
    }

    private static void thresholds(JsonNode collected, Map<String, Double> expected) {
        expected.forEach((type, threshold) -> {
            for (JsonNode metric : collected.get("metrics_collected")) {
                if (metric.get("metric_type").asText().equals(type)) {
                    assertThat(metric.get("threshold").asDouble()).as(type).isEqualTo(threshold);
                    return;
                }
            }
            throw new AssertionError("no " + type + " in " + collected);
        });
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void schema(Path postgres) throws Exception {
        String port = Files.readString(postgres.resolve("port")).strip();
        String password = Files.readString(postgres.resolve("password")).strip();
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        try (Connection connection = DriverManager.getConnection(url, "postgres", password)) {
            for (String line : TABLES) {
                String table = line.substring(0, line.indexOf(':'));
                List<String> columns = strings(
                        connection,
                        "SELECT column_name FROM information_schema.columns WHERE table_name = '" + table + "'");
                assertThat(columns)
                        .as(table)
                        .contains(line.substring(line.indexOf(':') + 2).split(" "));
            }
            assertThat(strings(
                            connection,
                            "SELECT indexname FROM pg_indexes UNION SELECT relname FROM pg_class WHERE relkind = 'I'"))
                    .containsAll(INDEXES);
        }
    }

    private static List<String> strings(Connection connection, String sql) throws Exception {
        List<String> strings = new ArrayList<>();
        try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
        }
        return strings;
    }
}
