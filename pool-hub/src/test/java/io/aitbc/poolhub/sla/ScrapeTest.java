package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.aitbc.poolhub.RunningHub;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What Prometheus does every few seconds for months. */
class ScrapeTest extends RunningHub {

    @Autowired
    private SlaMeters meters;

    @Autowired
    private DataSource database;

    @Test
    void scrapesKeepNoConnection() throws Exception {
        HikariDataSource pool = database.unwrap(HikariDataSource.class);
        for (int scrape = 0; scrape < 3 * pool.getMaximumPoolSize(); scrape++) {
            meters.outdated();
            assertThat(meters.collect().size()).isPositive();
        }
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
}
