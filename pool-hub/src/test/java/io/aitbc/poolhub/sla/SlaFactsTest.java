package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.RunningHub;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The facts of docs/sla-maths.md. */
class SlaFactsTest extends RunningHub {

    @ParameterizedTest
    @ValueSource(ints = {15, 60, 120, 299})
    void uptimeDoesNotDependOnHowOftenAMinerBeats(int seconds) {
        String key = register("steady");
        beat(key);
        for (Instant t = NOON; t.isBefore(NOON.plus(Duration.ofMinutes(40))); t = t.plusSeconds(seconds)) {
            clock.set(t);
            beat(key);
        }
        // Silent from 12:40 on: up until 12:45, whatever the rate; back at 13:00.
        clock.set(NOON.plus(Duration.ofMinutes(40)));
        beat(key);
        clock.set(NOON.plus(Duration.ofMinutes(60)));
        beat(key);
        assertThat(uptime("steady")).isCloseTo(100.0 * 45 / 60, within(1e-9));
    }

    @Test
    void anHourDownInADayIs95Point83() {
        interval("m", "UP", -24 * 60, -600);
        interval("m", "DOWN", -600, -540);
        interval("m", "UP", -540, 0);
        assertThat(uptime("m")).isCloseTo(95.8333333, within(1e-6));
        assertThat(metadata("m", "uptime_pct").path("coverage").asDouble()).isEqualTo(1.0);
    }

    @Test
    void aSilentHourBeyondTheGraceIsAnHourDown() {
        String key = register("m");
        beat(key);
        jdbc.sql("UPDATE miner_state_intervals SET started_at = started_at - interval '1 day' WHERE state = 'UP'")
                .update();
        jdbc.sql("DELETE FROM miner_state_intervals WHERE state = 'UNKNOWN'").update();
        clock.advance(Duration.ofMinutes(65));
        beat(key);
        assertThat(intervals("m")).containsExactly("UP -1440..5", "DOWN 5..65", "UP 65..");
        assertThat(uptime("m")).isCloseTo(100.0 * 23 / 24, within(1e-9));
    }

    @Test
    void unknownTimeChangesCoverageNotUptime() {
        interval("m", "UP", -24 * 60, -20);
        interval("m", "UNKNOWN", -20, -10);
        interval("m", "UP", -10, 0);
        assertThat(uptime("m")).isEqualTo(100.0);
        assertThat(metadata("m", "uptime_pct").path("coverage").asDouble()).isCloseTo(1 - 10.0 / 1440, within(1e-6));
    }

    @Test
    void maintenanceEnteredAfterwardsExcusesAndKeepsTheNumbers() {
        interval("m", "UP", -24 * 60, -180);
        interval("m", "DOWN", -180, -60);
        interval("m", "UP", -60, 0);
        assertThat(uptime("m")).isCloseTo(100.0 * 22 / 24, within(1e-9));
        JsonNode open = violations("m").get(0);
        assertThat(open.get("status").asText()).isEqualTo("OPEN");

        clock.advance(Duration.ofMinutes(1));
        post("/v1/miners/m/maintenance", OPERATOR, """
                {"start": "%s", "end": "%s", "reason": "new power supply"}
                """.formatted(
                                NOON.minus(Duration.ofHours(3)), NOON.minus(Duration.ofHours(1))))
                .expect(201);

        JsonNode excused = violations("m").get(0);
        assertThat(excused.get("status").asText()).isEqualTo("EXCUSED");
        assertThat(excused.get("excuse_reason").asText()).isEqualTo("new power supply");
        assertThat(excused.get("excused_by").asText()).isEqualTo("operator");
        assertThat(excused.get("metric_value")).isEqualTo(open.get("metric_value"));
        assertThat(excused.get("created_at")).isEqualTo(open.get("created_at"));
        assertThat(excused.get("resolved_at").isNull()).isFalse();
        assertThat(uptime("m")).isEqualTo(100.0);
        assertThat(jdbc.sql("SELECT count(*) FROM miner_state_intervals WHERE state = 'DOWN'")
                        .query(Integer.class)
                        .single())
                .as("what was seen stays below the maintenance")
                .isEqualTo(1);
    }

    @Test
    void maintenanceThatDoesNotExplainTheOutageExcusesNothing() {
        interval("m", "UP", -24 * 60, -300);
        interval("m", "DOWN", -300, -60);
        interval("m", "UP", -60, 0);
        uptime("m");
        post("/v1/miners/m/maintenance", OPERATOR, """
                {"start": "%s", "end": "%s", "reason": "part of it"}
                """.formatted(
                                NOON.minus(Duration.ofHours(2)), NOON.minus(Duration.ofHours(1))))
                .expect(201);
        assertThat(violations("m").get(0).get("status").asText()).isEqualTo("OPEN");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "4320, none", // exactly 95 %
                "4321, high",
                "12528, high", // exactly 85.5 %
                "12529, critical",
            })
    void uptimeSeveritiesAtTheirBounds(int downSeconds, String severity) {
        Instant start = NOON.minus(Duration.ofDays(1));
        seconds("m", "DOWN", start, start.plusSeconds(downSeconds));
        seconds("m", "UP", start.plusSeconds(downSeconds), NOON);
        uptime("m");
        assertThat(openSeverity("m", "uptime_pct")).isEqualTo(severity);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"1000, none", "1000.01, high", "2000, high", "2000.01, critical"})
    void responseTimeSeveritiesAtTheirBounds(double eta, String severity) {
        register("m");
        results("m", eta, 1);
        collect();
        assertThat(openSeverity("m", "response_time_ms")).isEqualTo(severity);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"9, 1, none", "89, 11, critical", "3, 1, none", "3, 2, critical", "0, 4, none", "0, 5, critical"})
    void completionRateSeveritiesAtTheirBounds(int completed, int failed, String severity) {
        register("m");
        for (int i = 0; i < completed + failed; i++) {
            outcome("m", i < completed ? "completed" : "failed", NOON.minusSeconds(i + 1));
        }
        collect();
        assertThat(openSeverity("m", "completion_rate_pct")).isEqualTo(severity);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"8, 2, none", "7, 3, high"})
    void capacitySeveritiesAtTheirBounds(int free, int busy, String severity) {
        for (int i = 0; i < free + busy; i++) {
            String key = register("m" + i);
            post("/v1/miners/heartbeat", key, "{\"current_jobs\":" + (i < free ? 0 : 1) + "}")
                    .expect(200);
        }
        JsonNode capacity = collect().get("capacity");
        assertThat(capacity.get("capacity_availability_pct").asDouble()).isEqualTo(10.0 * free);
        assertThat(capacity.get("total_miners").asInt()).isEqualTo(10);
        assertThat(capacity.get("active_miners").asInt()).isEqualTo(free);
        assertThat(openSeverity("", "capacity_availability_pct")).isEqualTo(severity);
    }

    @Test
    void aViolationIsOneEpisodeThatWorsensAndEnds() {
        String key = register("m");
        beat(key);
        results("m", 1500, 1);
        assertThat(collect().get("violations_detected").asInt()).isEqualTo(1);
        for (int minute = 1; minute <= 5; minute++) {
            clock.advance(Duration.ofMinutes(1));
            beat(key);
        }
        results("m", 9000, 1);
        assertThat(collect().get("violations_detected").asInt()).isZero();
        for (int minute = 1; minute <= 5; minute++) {
            clock.advance(Duration.ofMinutes(1));
            beat(key);
        }
        results("m", 1, 98);
        collect();

        JsonNode episodes = violations("m");
        assertThat(episodes).hasSize(1);
        JsonNode episode = episodes.get(0);
        assertThat(episode.get("severity").asText()).isEqualTo("critical");
        assertThat(episode.get("metric_value").asDouble()).isEqualTo(5250);
        assertThat(episode.get("violation_duration_ms").asLong()).isEqualTo(600_000);
        assertThat(Instant.parse(episode.get("resolved_at").asText())).isEqualTo(NOON.plusSeconds(600));
        assertThat(episode.get("status").asText()).isEqualTo("RESOLVED");
        assertThat(get("/sla/violations?resolved=false", VIEWER).expect(200)).isEmpty();
    }

    @Test
    void onlyTheLastHundredResultsCount() {
        register("m");
        results("m", 5000, 50);
        results("m", 100, 100);
        collect();
        assertThat(current("m", "response_time_ms")).isEqualTo(100);
        JsonNode metadata = metadata("m", "response_time_ms");
        assertThat(metadata.get("sample_size").asInt()).isEqualTo(100);
        assertThat(metadata.get("p95").asDouble()).isEqualTo(100);
    }

    @Test
    void noDataIsNoRow() {
        register("silent");
        JsonNode collected = collect();
        assertThat(collected.get("miners_processed").asInt()).isEqualTo(1);
        assertThat(get("/sla/metrics/silent?hours=24", VIEWER).expect(200)).isEmpty();
        assertThat(violations("silent")).isEmpty();
    }

    @Test
    void theStatusIsTheWorstOpenEpisode() {
        assertThat(get("/sla/status", VIEWER).expect(200).get("status").asText())
                .isEqualTo("healthy");
        register("m");
        results("m", 1500, 1);
        collect();
        assertThat(get("/v1/sla/status", VIEWER).expect(200).get("status").asText())
                .isEqualTo("degraded");
        results("m", 90_000, 1);
        collect();
        assertThat(get("/sla/status", VIEWER).expect(200).get("status").asText())
                .isEqualTo("critical");
    }

    @Test
    void whatDidNotChangeIsNotWrittenAgainBeforeTheHourIsOver() {
        String key = register("m");
        beat(key);
        clock.advance(Duration.ofMinutes(1));
        beat(key);
        collect();
        clock.advance(Duration.ofMinutes(4));
        beat(key);
        collect();
        assertThat(rows("m")).isEqualTo(1);
        for (int i = 0; i < 13; i++) {
            clock.advance(Duration.ofMinutes(4));
            beat(key);
        }
        collect();
        assertThat(rows("m")).isEqualTo(2);
    }

    @Test
    void aReportCanBeCheckedByItsHash() {
        interval("m", "UP", -300, -200);
        interval("m", "DOWN", -200, -100);
        interval("m", "UP", -100, 0);
        String month = NOON.toString().substring(0, 7);
        JsonNode first = get("/sla/reports/m?month=" + month, VIEWER).expect(200);
        JsonNode second = get("/sla/reports/m?month=" + month, VIEWER).expect(200);
        assertThat(first.get("inputs_sha256").asText())
                .hasSize(64)
                .isEqualTo(second.get("inputs_sha256").asText());
        assertThat(first.get("uptime_pct").asDouble()).isCloseTo(100.0 * 2 / 3, within(1e-9));
        assertThat(get("/sla/reports/m?month=2026-13", VIEWER).status()).isEqualTo(422);
        assertThat(get("/sla/reports/nobody?month=" + month, VIEWER).status()).isEqualTo(404);
    }

    private double uptime(String minerId) {
        collect();
        return current(minerId, "uptime_pct");
    }

    private JsonNode collect() {
        return post("/sla/metrics/collect", OPERATOR, "").expect(200);
    }

    private double current(String minerId, String type) {
        return jdbc.sql("SELECT metric_value FROM sla_current WHERE miner_id = ? AND metric_type = ?")
                .params(minerId, type)
                .query(Double.class)
                .single();
    }

    private JsonNode metadata(String minerId, String type) {
        for (JsonNode metric :
                get("/sla/metrics/" + minerId + "?hours=24", VIEWER).expect(200)) {
            if (metric.get("metric_type").asText().equals(type)) {
                return metric.get("metadata");
            }
        }
        throw new AssertionError("no " + type + " of " + minerId);
    }

    private JsonNode violations(String minerId) {
        return get("/sla/violations?miner_id=" + minerId, VIEWER).expect(200);
    }

    private @org.jspecify.annotations.Nullable String openSeverity(String minerId, String type) {
        return jdbc.sql("SELECT severity FROM sla_violations WHERE coalesce(miner_id, '') = ? AND violation_type = ?"
                        + " AND resolved_at IS NULL")
                .params(minerId, type)
                .query(String.class)
                .optional()
                .orElse(null);
    }

    private int rows(String minerId) {
        return jdbc.sql("SELECT count(*) FROM sla_metrics WHERE miner_id = ?")
                .param(minerId)
                .query(Integer.class)
                .single();
    }

    private java.util.List<String> intervals(String minerId) {
        return jdbc.sql(
                        "SELECT state, started_at, ended_at FROM miner_state_intervals WHERE miner_id = ? ORDER BY started_at")
                .param(minerId)
                .query((row, n) ->
                        row.getString(1) + " " + minutes(row.getTimestamp(2)) + ".." + minutes(row.getTimestamp(3)))
                .list();
    }

    private static String minutes(@org.jspecify.annotations.Nullable Timestamp at) {
        return at == null
                ? ""
                : Long.toString(Duration.between(NOON, at.toInstant()).toMinutes());
    }

    private void interval(String minerId, String state, int fromMinute, int toMinute) {
        seconds(minerId, state, NOON.plusSeconds(fromMinute * 60L), NOON.plusSeconds(toMinute * 60L));
    }

    private void seconds(String minerId, String state, Instant from, Instant to) {
        if (jdbc.sql("SELECT count(*) FROM miners WHERE miner_id = ?")
                        .param(minerId)
                        .query(Integer.class)
                        .single()
                == 0) {
            register(minerId);
            jdbc.sql("DELETE FROM miner_state_intervals").update();
            jdbc.sql("UPDATE miner_status SET state = 'NOT_ENROLLED', down_after = NULL")
                    .update();
        }
        jdbc.sql("INSERT INTO miner_state_intervals (id, miner_id, state, started_at, ended_at) VALUES (?, ?, ?, ?, ?)")
                .params(UUID.randomUUID(), minerId, state, Timestamp.from(from), Timestamp.from(to))
                .update();
    }

    private int drawn;

    private void results(String minerId, double eta, int count) {
        for (int i = 0; i < count; i++) {
            jdbc.sql("INSERT INTO match_results (id, job_id, miner_id, eta_ms, created_at) VALUES (?, 'j', ?, ?, ?)")
                    .params(UUID.randomUUID(), minerId, eta, Timestamp.from(NOON.minusSeconds(3_600 - drawn++)))
                    .update();
        }
    }

    private void outcome(String minerId, String outcome, Instant at) {
        jdbc.sql("INSERT INTO job_outcomes (id, job_id, miner_id, outcome, recorded_at) VALUES (?, ?, ?, ?, ?)")
                .params(UUID.randomUUID(), UUID.randomUUID().toString(), minerId, outcome, Timestamp.from(at))
                .update();
    }
}
