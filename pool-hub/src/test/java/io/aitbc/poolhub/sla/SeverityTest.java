package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Severities at their exact bounds: a threshold itself is kept. */
class SeverityTest extends RunningSla {

    @ParameterizedTest
    @CsvSource({
        "85.4, critical",
        "85.5, high",
        "85.6, high",
        "94.9, high",
        "95, ",
        "95.1, ",
        "100, ",
        "1, critical",
    })
    void uptime(double percent, @Nullable String severity) {
        String miner = miner();
        Duration down = Duration.ofMillis(Math.round(864_000 * (100 - percent)));
        was(miner, "UP", "-PT24H", "-" + down);
        if (!down.isZero()) {
            was(miner, "DOWN", "-" + down, "");
        }
        assertSeverity(miner, MetricTypes.UPTIME, percent, severity);
    }

    @ParameterizedTest
    @CsvSource({"999.9, ", "1000, ", "1000.1, high", "2000, high", "2000.1, critical"})
    void responseTime(double milliseconds, @Nullable String severity) {
        String miner = miner();
        answered(miner, Collections.nCopies(100, milliseconds));
        assertSeverity(miner, MetricTypes.RESPONSE_TIME, milliseconds, severity);
    }

    @ParameterizedTest
    @CsvSource({
        "899, 101, critical",
        "90, 10, ",
        "9, 1, ",
        "901, 99, ",
        "0, 5, critical",
        "0, 4, ",
        "3, 1, ",
        "4, 1, critical"
    })
    void completionRate(int completed, int failed, @Nullable String severity) {
        String miner = miner();
        finished(miner, completed, failed);
        assertSeverity(miner, MetricTypes.COMPLETION_RATE, 100.0 * completed / (completed + failed), severity);
    }

    @ParameterizedTest
    @CsvSource({"79, high", "80, ", "81, ", "0, high"})
    void capacity(int free, @Nullable String severity) {
        IntStream.range(0, 100).forEach(n -> miner());
        jdbc.sql("""
                UPDATE miner_status SET current_jobs = 1 WHERE miner_id IN
                  (SELECT miner_id FROM miner_status ORDER BY miner_id LIMIT :busy)
                """).param("busy", 100 - free).update();
        collector.collect();
        assertThat(value("", MetricTypes.CAPACITY)).contains((double) free);
        assertThat(current("", MetricTypes.CAPACITY).orElseThrow().get("severity"))
                .isEqualTo(severity);
        assertThat(jdbc.sql("SELECT miner_id FROM sla_metrics")
                        .query(String.class)
                        .list())
                .isEqualTo(Collections.singletonList(null));
    }

    @Test
    void percentilesAndTheSizeOfTheSampleAreInTheMetadata() {
        String miner = miner();
        answered(miner, IntStream.rangeClosed(1, 120).mapToObj(n -> (double) n).toList());
        collector.collect();
        // The latest hundred: 1 to 100.
        assertThat(value(miner, MetricTypes.RESPONSE_TIME)).contains(50.5);
        assertThat(jdbc.sql("""
                        SELECT concat_ws(' ', metadata ->> 'p50', metadata ->> 'p95', round((metadata ->> 'p99')::numeric, 2),
                                         metadata ->> 'sample_size')
                        FROM sla_metrics WHERE miner_id = :miner
                        """).param("miner", miner).query(String.class).single())
                .isEqualTo("50.5 95.05 99.01 100");
    }

    @Test
    void resultsWithoutAnEtaDoNotCount() {
        String miner = miner();
        answered(miner, Collections.singletonList(null));
        collector.collect();
        assertThat(value(miner, MetricTypes.RESPONSE_TIME)).isEmpty();
        answered(miner, List.of(30.0));
        collector.collect();
        assertThat(value(miner, MetricTypes.RESPONSE_TIME)).contains(30.0);
    }

    private void assertSeverity(String miner, String type, double value, @Nullable String severity) {
        collector.collect();
        assertThat(value(miner, type)).hasValueSatisfying(v -> assertThat(v).isEqualTo(value, offset(1e-9)));
        assertThat(current(miner, type).orElseThrow().get("severity")).isEqualTo(severity);
        assertThat(current(miner, type).orElseThrow().get("is_violation")).isEqualTo(severity != null);
        assertThat(episodes(miner, type)).hasSize(severity == null ? 0 : 1);
    }
}
