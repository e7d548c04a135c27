package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aitbc.testsupport.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Two replicas on one database, each with a schedule of its own. */
class CollectionScheduleTest {

    private static final int INTERVAL_SECONDS = 3_600;

    @TempDir
    Path data;

    @Test
    void withinAnIntervalOnlyOneOfAllReplicasCollects() {
        TestDatabase database = TestDatabase.create();
        try (ConfigurableApplicationContext one = replica(database);
                ConfigurableApplicationContext other = replica(database)) {
            JdbcClient jdbc = one.getBean(JdbcClient.class);
            List<ConfigurableApplicationContext> both = List.of(one, other);
            ticks(both);
            ticks(both);
            assertThat(collections(both)).isEqualTo(1);
            assertThat(jdbc.sql("SELECT extract(epoch FROM lock_until - locked_at)::int FROM shedlock"
                                    + " WHERE name = 'sla-collection'")
                            .query(Integer.class)
                            .single())
                    .as(
                            "seconds for which nobody else collects; less than the interval, so that a late tick skips none")
                    .isEqualTo(INTERVAL_SECONDS * 9 / 10);

            theIntervalIsOver(jdbc);
            ticks(both);
            assertThat(collections(both)).isEqualTo(2);
        }
    }

    @Test
    void aReplicaThatNeverCollectsKnowsWhenAnotherDid() {
        TestDatabase database = TestDatabase.create();
        try (ConfigurableApplicationContext one = replica(database);
                ConfigurableApplicationContext other = replica(database)) {
            one.getBean(CollectionRun.class).bySchedule();
            other.getBean(CollectionRun.class).keepUp();
            assertThat(lastSuccess(one)).isPositive();
            assertThat(lastSuccess(other)).isCloseTo(lastSuccess(one), within(1.0));
        }
    }

    private static double lastSuccess(ConfigurableApplicationContext replica) {
        return replica.getBean(MeterRegistry.class)
                .get("poolhub.sla.collection.last.success.timestamp")
                .timeGauge()
                .value(java.util.concurrent.TimeUnit.SECONDS);
    }

    private static void ticks(List<ConfigurableApplicationContext> replicas) {
        replicas.forEach(replica -> replica.getBean(CollectionRun.class).bySchedule());
    }

    private static long collections(List<ConfigurableApplicationContext> replicas) {
        return replicas.stream()
                .mapToLong(replica -> replica.getBean(MeterRegistry.class)
                        .get("poolhub.sla.collection.duration")
                        .timer()
                        .count())
                .sum();
    }

    /** The lock's time is the database's, which a test cannot set; so the lock is set back instead. */
    private static void theIntervalIsOver(JdbcClient jdbc) {
        jdbc.sql("UPDATE shedlock SET lock_until = lock_until - make_interval(secs => :s)")
                .param("s", INTERVAL_SECONDS * 9 / 10)
                .update();
    }

    private ConfigurableApplicationContext replica(TestDatabase database) {
        return Replicas.start(database, data, "--SLA_COLLECTION_INTERVAL_SECONDS=" + INTERVAL_SECONDS);
    }
}
