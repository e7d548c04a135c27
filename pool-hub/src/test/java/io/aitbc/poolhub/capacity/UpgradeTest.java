package io.aitbc.poolhub.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.testsupport.TestDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A hub that ran before there was any planning: what it knows of the past counts. */
class UpgradeTest {

    @Test
    void snapshotsOfThePreviousVersionBecomeHours() {
        TestDatabase database = TestDatabase.create();
        DriverManagerDataSource source =
                new DriverManagerDataSource(database.jdbcUrl(), database.username(), database.password());
        JdbcClient jdbc = JdbcClient.create(source);
        flyway(source).target("11").ignoreMigrationPatterns("*:missing").load().migrate();
        jdbc.sql("DROP TABLE IF EXISTS capacity_hours, capacity_standing, capacity_recommendations")
                .update();
        jdbc.sql("DELETE FROM flyway_schema_history WHERE version = '0.20'").update();
        jdbc.sql("""
                INSERT INTO capacity_snapshots (id, total_miners, active_miners, total_parallel_capacity, total_queue_length,
                                                capacity_utilization_pct, forecast_capacity, recommended_scaling, timestamp)
                VALUES (gen_random_uuid(), 2, 1, 40, 3, 50, 40, '+0%', '2026-04-22T09:10:00Z'),
                       (gen_random_uuid(), 2, 1, 40, 0, 25, 40, '+0%', '2026-04-22T09:50:00Z'),
                       (gen_random_uuid(), 2, 1, 40, 0, 100, 40, '+0%', '2026-04-22T10:00:00Z')
                """).update();
        flyway(source).load().migrate();
        assertThat(jdbc.sql("SELECT extract(hour FROM hour AT TIME ZONE 'UTC') || ': ' || demand / samples"
                                + " FROM capacity_hours WHERE pool_id = 'this' AND gpu_class = '' ORDER BY hour")
                        .query(String.class)
                        .list())
                .containsExactly("9: 16.5", "10: 40");
    }

    private static FluentConfiguration flyway(DriverManagerDataSource source) {
        return Flyway.configure()
                .dataSource(source)
                .outOfOrder(true)
                .locations("classpath:db/support", "classpath:db/migration");
    }
}
