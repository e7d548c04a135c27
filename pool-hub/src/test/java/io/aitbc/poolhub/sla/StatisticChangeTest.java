package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aitbc.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who starts the hub with another statistic sees it at the next collection, also for miners of which nothing is new. */
class StatisticChangeTest {

    @TempDir
    Path data;

    private final TestDatabase database = TestDatabase.create();

    @Test
    void anotherStatisticIsJudgedAtTheNextCollection() {
        try (ConfigurableApplicationContext hub = hub("mean")) {
            JdbcClient jdbc = hub.getBean(JdbcClient.class);
            aMinerThatIsSlowOnceInTen(jdbc);
            assertThat(judgedAfterACollection(hub)).isEqualTo(190);
        }
        try (ConfigurableApplicationContext hub = hub("p95")) {
            assertThat(judgedAfterACollection(hub)).isCloseTo(595, within(1e-6));
        }
        try (ConfigurableApplicationContext hub = hub("p95")) {
            assertThat(hub.getBean(Metrics.class).watermark().collectedAt())
                    .as("the same statistic: what was collected stays")
                    .isNotNull();
            long rows = rows(hub);
            assertThat(judgedAfterACollection(hub)).isCloseTo(595, within(1e-6));
            assertThat(rows(hub)).as("and nothing is written anew").isEqualTo(rows);
        }
    }

    private ConfigurableApplicationContext hub(String statistic) {
        return Replicas.start(
                database, data, "--service.scheduling=false", "--SLA_RESPONSE_TIME_STATISTIC=" + statistic);
    }

    private static double judgedAfterACollection(ConfigurableApplicationContext hub) {
        hub.getBean(CollectionRun.class).now();
        return hub.getBean(JdbcClient.class)
                .sql("SELECT metric_value FROM sla_current WHERE miner_id = 'm' AND metric_type = 'response_time_ms'")
                .query(Double.class)
                .single();
    }

    private static long rows(ConfigurableApplicationContext hub) {
        return hub.getBean(JdbcClient.class)
                .sql("SELECT count(*) FROM sla_metrics WHERE metric_type = 'response_time_ms'")
                .query(Long.class)
                .single();
    }

    private static void aMinerThatIsSlowOnceInTen(JdbcClient jdbc) {
        var now = Clock.systemUTC().instant().atOffset(java.time.ZoneOffset.UTC);
        jdbc.sql("""
                INSERT INTO miners (miner_id, api_key_hash, enrollment, registered_at, updated_at)
                VALUES ('m', repeat('0', 64), 'APPROVED', :now, :now)
                """).param("now", now).update();
        jdbc.sql("INSERT INTO miner_status (miner_id, state) VALUES ('m', 'NOT_ENROLLED')")
                .update();
        jdbc.sql("""
                INSERT INTO match_results (id, job_id, miner_id, eta_ms, created_at)
                SELECT gen_random_uuid(), 'j', 'm', CASE n WHEN 1 THEN 1000 ELSE 100 END, :now FROM generate_series(1, 10) n
                """).param("now", now).update();
    }
}
