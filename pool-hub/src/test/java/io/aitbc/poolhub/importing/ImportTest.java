package io.aitbc.poolhub.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.HubWithMiners;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ImportTest extends HubWithMiners {

    @Test
    void intervalsComeInOnceHoweverOftenTheyAreSent() {
        String miner = enrol();
        String body = interval(UUID.randomUUID(), miner, "UP", -7_200, -3_600)
                + interval(UUID.randomUUID(), miner, "DOWN", -3_600, -1_800)
                + interval(UUID.randomUUID(), miner, "MAINTENANCE", -3_600, -3_000);
        assertReport(send("intervals", body), 3, 3, 0, List.of());
        assertReport(send("intervals", body), 3, 0, 3, List.of());
        assertThat(intervals(miner))
                .containsExactly(
                        "UP PT-2H..PT-1H", "DOWN PT-1H..PT-30M", "MAINTENANCE PT-1H..PT-50M", "UNKNOWN PT0S..");
        assertThat(count("SELECT count(*) FROM miner_state_intervals WHERE miner_id = ? AND source = 'import'", miner))
                .isEqualTo(3);
    }

    @Test
    void aBadLineIsNamedAndTheOthersAreTaken() {
        String miner = enrol();
        String body = interval(UUID.randomUUID(), miner, "UP", -7_200, -3_600)
                + "not json at all\n"
                + interval(UUID.randomUUID(), "nobody", "UP", -7_200, -3_600)
                + interval(UUID.randomUUID(), miner, "DOWN", -3_600, -3_600)
                + interval(UUID.randomUUID(), miner, "DOWN", -4_000, -3_000)
                + interval(UUID.randomUUID(), miner, "UP", -600, 86_400)
                + interval(UUID.randomUUID(), miner, "ASLEEP", -600, -500)
                + interval(UUID.randomUUID(), miner, "UP", -500L * 86_400, -499L * 86_400)
                + "{}\n"
                + interval(UUID.randomUUID(), miner, "DOWN", -3_600, -1_800);
        assertReport(send("intervals", body), 10, 2, 0, List.of(2, 3, 4, 5, 6, 7, 8, 9));
    }

    @Test
    void whatOverlapsWhatTheHubSawIsRefused() {
        String miner = enrol();
        beat(miner);
        at("PT10M");
        beat(miner);
        assertReport(send("intervals", interval(UUID.randomUUID(), miner, "UP", 240, 360)), 1, 0, 0, List.of(1));
    }

    @Test
    void matchResultsAndOutcomesReachIntoMonthsWithoutAPartition() {
        String miner = enrol();
        Instant old = START.minusSeconds(390L * 86_400);
        String results = """
                {"id": "%s", "miner_id": "%s", "job_id": "j1", "eta_ms": 12.5, "created_at": "%s"}
                {"id": "%s", "miner_id": "%s", "job_id": "j2", "eta_ms": -1, "created_at": "%s"}
                """.formatted(UUID.randomUUID(), miner, old, UUID.randomUUID(), miner, old);
        assertReport(send("match-results", results), 2, 1, 0, List.of(2));
        assertReport(send("match-results", results), 2, 0, 1, List.of(2));
        String outcomes = """
                {"id": "%s", "job_id": "j1", "miner_id": "%s", "outcome": "completed", "recorded_at": "%s", "gpu_count": 2}
                {"id": "%s", "job_id": "j2", "miner_id": "%s", "outcome": "lost", "recorded_at": "%s"}
                {"id": "%s", "job_id": "j3", "miner_id": "%s", "outcome": "failed", "recorded_at": "%s",
                """.formatted(
                        UUID.randomUUID(), miner, old, UUID.randomUUID(), miner, old, UUID.randomUUID(), miner, old)
                + """
                {"id": "%s", "job_id": "j4", "miner_id": "%s", "outcome": "failed", "recorded_at": "%s", "started_at": "%s", "finished_at": "%s"}
                {"id": "%s", "job_id": "j5", "miner_id": "%s", "outcome": "failed", "recorded_at": "%s", "gpu_count": -3}
                """.formatted(UUID.randomUUID(), miner, old, old, old.minusSeconds(1), UUID.randomUUID(), miner, old);
        assertReport(send("outcomes", outcomes), 5, 1, 0, List.of(2, 3, 4, 5));
        assertReport(send("outcomes", outcomes), 5, 0, 1, List.of(2, 3, 4, 5));
    }

    @Test
    void usageIsBilledOnlyWhenAskedFor() {
        String tenant = fresh("tenant");
        String kept = usage(UUID.randomUUID(), tenant, "1.5", "{}");
        String billed = usage(UUID.randomUUID(), tenant, "0.00000001", "{\"gpu\": null}");
        assertReport(send("usage", kept), 1, 1, 0, List.of());
        assertReport(send("usage?bill=true", kept + billed), 2, 1, 1, List.of());
        assertThat(jdbc.sql(
                                "SELECT quantity::text || ' ' || state || ' ' || source FROM usage_events WHERE tenant_id = ?"
                                        + " ORDER BY quantity")
                        .param(tenant)
                        .query(String.class)
                        .list())
                .containsExactly("0.00000001 PENDING import", "1.50000000 NOT_BILLED import");
    }

    @Test
    void usageThatNoLedgerCanHoldIsRefusedByLine() {
        String tenant = fresh("tenant");
        String body = usage(UUID.randomUUID(), tenant, "-1", "{}")
                + usage(UUID.randomUUID(), tenant, "1e400", "{}")
                + usage(UUID.randomUUID(), tenant, "0.000000001", "{}")
                + usage(UUID.randomUUID(), tenant, "NaN", "{}")
                + usage(UUID.randomUUID(), tenant, "1", "{\"note\": \"a\\u0000b\"}")
                + usage(UUID.randomUUID(), tenant, "1", "{}");
        assertReport(send("usage", body), 6, 1, 0, List.of(1, 2, 3, 4, 5));
    }

    @Test
    void aUsagePeriodThatDoesNotEndAfterItStartsIsRefusedByLine() {
        String tenant = fresh("tenant");
        String start = START.minusSeconds(600).toString();
        String body = period(tenant, start, START.minusSeconds(601).toString())
                + period(tenant, start, start)
                + period(tenant, start, START.minusSeconds(599).toString());
        Answer answer = send("usage", body);
        assertReport(answer, 3, 1, 0, List.of(1, 2));
        assertThat(answer.body().get("rejected").get(0).get("detail").asText())
                .isEqualTo("period_end must be after period_start.");
    }

    @Test
    void aSnapshotKeepsItsMetadata() {
        UUID id = UUID.randomUUID();
        String body =
                snapshot(id, "{\"classes\": {\"A100\": {\"free\": 3}}, \"note\": null, \"source\": \"elsewhere\"}")
                        + snapshot(UUID.randomUUID(), "{\"note\": \"a\\u0000b\"}");
        assertReport(send("snapshots", body), 2, 1, 0, List.of(2));
        assertThat(jdbc.sql(
                                "SELECT metadata = '{\"classes\": {\"A100\": {\"free\": 3}}, \"note\": null, \"source\": \"import\"}'"
                                        + " FROM capacity_snapshots WHERE id = ?")
                        .param(id)
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    private static String snapshot(UUID id, String metadata) {
        return ("{\"id\": \"%s\", \"total_miners\": 10, \"active_miners\": 8, \"total_parallel_capacity\": 40,"
                        + " \"total_queue_length\": 3, \"capacity_utilization_pct\": 61.5, \"forecast_capacity\": 44,"
                        + " \"recommended_scaling\": \"none\", \"timestamp\": \"%s\", \"metadata\": %s}%n")
                .formatted(id, START.minusSeconds(60), metadata);
    }

    private static String period(String tenant, String start, String end) {
        return ("{\"event_id\": \"%s\", \"tenant_id\": \"%s\", \"resource_type\": \"gpu_hours\", \"quantity\": 1,"
                        + " \"occurred_at\": \"%s\", \"period_start\": \"%s\", \"period_end\": \"%s\"}%n")
                .formatted(UUID.randomUUID(), tenant, START.minusSeconds(300), start, end);
    }

    @Test
    void snapshotsComeInOnce() {
        String body = """
                {"id": "%s", "total_miners": 10, "active_miners": 8, "total_parallel_capacity": 40, "total_queue_length": 3, "capacity_utilization_pct": 61.5, "forecast_capacity": 44, "recommended_scaling": "+10%%", "timestamp": "%s", "metadata": {"a": 1}}
                """.formatted(UUID.randomUUID(), START.minusSeconds(60));
        assertReport(send("snapshots", body), 1, 1, 0, List.of());
        assertReport(send("snapshots", body), 1, 0, 1, List.of());
    }

    @Test
    void moreThanTenThousandLinesAreTooManyAndNothingIsTaken() {
        String miner = enrol();
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 10_001; i++) {
            body.append(interval(UUID.randomUUID(), miner, "UP", -20_000 + i, -19_999 + i));
        }
        assertThat(send("intervals", body.toString()).status()).isEqualTo(413);
        assertThat(intervals(miner)).containsExactly("UNKNOWN PT0S..");
    }

    @Test
    void onlyTheOperatorImportsAndItIsAudited() {
        assertThat(post(VIEWER, "/v1/import/intervals", "").status()).isEqualTo(403);
        assertThat(post(NOBODY, "/v1/import/intervals", "").status()).isEqualTo(401);
        int before = count("SELECT count(*) FROM audit_log WHERE action = 'import'");
        assertReport(send("intervals", "\n\n"), 0, 0, 0, List.of());
        assertThat(count("SELECT count(*) FROM audit_log WHERE action = 'import'"))
                .isEqualTo(before + 1);
    }

    private Answer send(String kind, String body) {
        return post(OPERATOR, "/v1/import/" + kind, body);
    }

    private static void assertReport(
            Answer answer, int received, int inserted, int duplicates, List<Integer> rejected) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        List<Integer> lines = new ArrayList<>();
        for (JsonNode line : answer.body().get("rejected")) {
            lines.add(line.get("line").asInt());
            assertThat(line.get("detail").asText()).isNotEmpty();
        }
        assertThat(lines).as(answer.text()).containsExactlyInAnyOrderElementsOf(rejected);
        assertThat(answer.body().get("received").asInt()).isEqualTo(received);
        assertThat(answer.body().get("inserted").asInt()).isEqualTo(inserted);
        assertThat(answer.body().get("duplicates").asInt()).isEqualTo(duplicates);
    }

    private static String interval(UUID id, String miner, String state, long from, long to) {
        return "{\"id\": \"%s\", \"miner_id\": \"%s\", \"state\": \"%s\", \"started_at\": \"%s\", \"ended_at\": \"%s\"}%n"
                .formatted(id, miner, state, START.plusSeconds(from), START.plusSeconds(to));
    }

    private static String usage(UUID id, String tenant, String quantity, String metadata) {
        return ("{\"event_id\": \"%s\", \"tenant_id\": \"%s\", \"resource_type\": \"gpu_hours\", \"quantity\": %s,"
                        + " \"occurred_at\": \"%s\", \"metadata\": %s}%n")
                .formatted(id, tenant, quantity, START.minusSeconds(600), metadata);
    }
}
