package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UptimeTest extends RunningSla {

    @Test
    void anHourDownInADayIs95Point83() {
        String miner = miner();
        was(miner, "UP", "-PT30H", "-PT5H");
        was(miner, "DOWN", "-PT5H", "-PT4H");
        was(miner, "UP", "-PT4H", "");
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME))
                .hasValueSatisfying(v -> assertThat(v).isEqualTo(2300.0 / 24, offset(1e-9)));
        assertThat(coverage(miner)).isEqualTo(1);
        assertThat(episodes(miner, MetricTypes.UPTIME)).isEmpty();
    }

    @Test
    void theHubAwayForTenMinutesCostsNobodyUptimeOnlyCoverage() {
        String miner = miner();
        was(miner, "UP", "-PT30H", "-PT5H");
        was(miner, "UNKNOWN", "-PT5H", "-PT4H50M");
        was(miner, "UP", "-PT4H50M", "");
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).contains(100.0);
        assertThat(coverage(miner)).isEqualTo(1430.0 / 1440, offset(1e-6));
    }

    @Test
    void degradedIsNotUp() {
        String miner = miner();
        was(miner, "UP", "-PT30H", "-PT6H");
        was(miner, "DEGRADED", "-PT6H", "");
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).contains(75.0);
    }

    @Test
    void theTimeBeforeEnrolmentCountsNeitherWay() {
        String miner = miner();
        was(miner, "NOT_ENROLLED", "-PT30H", "-PT4H");
        was(miner, "UP", "-PT4H", "-PT1H");
        was(miner, "DOWN", "-PT1H", "");
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).contains(75.0);
        assertThat(coverage(miner)).isEqualTo(4.0 / 24, offset(1e-6));
    }

    @Test
    void overlappingMaintenanceIsTakenOutOnce() {
        String miner = miner();
        was(miner, "UP", "-PT30H", "-PT10H");
        was(miner, "DOWN", "-PT10H", "-PT4H");
        was(miner, "UP", "-PT4H", "");
        was(miner, "MAINTENANCE", "-PT11H", "-PT7H");
        was(miner, "MAINTENANCE", "-PT9H", "-PT6H");
        collector.collect();
        // Of 24 h, 5 h (11th to 6th) are agreed; of the 19 h left, 2 h were down.
        assertThat(value(miner, MetricTypes.UPTIME))
                .hasValueSatisfying(v -> assertThat(v).isEqualTo(1700.0 / 19, offset(1e-9)));
        assertThat(coverage(miner)).isEqualTo(19.0 / 24, offset(1e-6));
    }

    @Test
    void maintenanceStillToComeChangesNothing() {
        String miner = miner();
        was(miner, "UP", "-PT12H", "");
        was(miner, "MAINTENANCE", "PT1H", "PT2H");
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).contains(100.0);
        assertThat(coverage(miner)).isEqualTo(0.5, offset(1e-6));
    }

    @Test
    void noDataIsNoRowNeither0Nor100() {
        String unknown = miner();
        was(unknown, "UNKNOWN", "-PT30H", "");
        String never = miner();
        collector.collect();
        assertThat(value(unknown, MetricTypes.UPTIME)).isEmpty();
        assertThat(value(never, MetricTypes.UPTIME)).isEmpty();
        assertThat(jdbc.sql("SELECT DISTINCT metric_type FROM sla_metrics")
                        .query(String.class)
                        .list())
                .containsExactly(MetricTypes.CAPACITY);
    }

    @Test
    void aValueWithoutDataAnyMoreIsForgottenWithinTheHour() {
        String miner = miner();
        was(miner, "UP", "-PT2H", "-PT1H");
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).contains(100.0);
        clock.advance(Duration.ofHours(24));
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).isEmpty();
    }

    @Test
    void aSilentMinerIsDownFromTheEndOfItsGrace() {
        String miner = miner();
        was(miner, "UP", "-PT30H", "");
        jdbc.sql("UPDATE miner_status SET last_heartbeat_at = :at - interval '5 min', down_after = :at")
                .param("at", utc(noonAnd("-PT2H24M")))
                .update();
        run.now();
        assertThat(value(miner, MetricTypes.UPTIME)).contains(90.0);
    }

    @ParameterizedTest
    @CsvSource({"15", "60", "120"})
    void uptimeDoesNotDependOnHowOftenAMinerBeats(int seconds) {
        String id = "beats-" + seconds;
        String key = "a-key-that-the-miner-chose-" + seconds + "-0123456789abcdef";
        Instant start = noonAnd("-PT4H");
        clock.set(start);
        Answer registered = post(ENROLLMENT, "/v1/miners/register", """
                {"miner_id": "%s", "api_key": "%s", "gpu_name": "A100", "gpu_vram_gb": 80, "base_price": 1}
                """.formatted(id, key));
        assertThat(registered.status()).as(registered.response().body()).isBetween(200, 201);
        for (Instant t = start; t.isBefore(NOON); t = t.plusSeconds(seconds)) {
            clock.set(t);
            boolean silent = !t.isBefore(noonAnd("-PT2H")) && t.isBefore(noonAnd("-PT1H"));
            if (!silent) {
                Answer beat = post(key, "/v1/miners/heartbeat", """
                        {"miner_id": "%s", "status": "online", "current_jobs": 0}
                        """.formatted(id));
                assertThat(beat.status()).as(beat.response().body()).isEqualTo(200);
            }
        }
        clock.set(NOON);
        run.now();
        // Its last beat before the silence came at most two minutes earlier and keeps it up for five more.
        double up = 4 * 60 - 60 + 5 - seconds / 60.0;
        assertThat(value(id, MetricTypes.UPTIME))
                .hasValueSatisfying(v -> assertThat(v).isEqualTo(100 * up / 240, offset(0.01)));
    }
}
