package io.aitbc.monitoring.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.monitoring.prometheus.PrometheusClients;
import io.aitbc.monitoring.target.Targets;
import io.aitbc.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** A replica that writes into a configuration file, without the rest of the service. */
final class ConfigScene {

    final JdbcClient jdbc;
    final Generations generations;
    final WrittenFor writer;

    /** A new database. */
    static PGSimpleDataSource database() {
        PGSimpleDataSource database = (PGSimpleDataSource) TestDatabase.create().dataSource();
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/support", "classpath:db/migration")
                .outOfOrder(true)
                .load()
                .migrate();
        JdbcClient.create(database).sql("""
                INSERT INTO sessions (session_id, state, scrape_interval_ms, labels, created_at)
                VALUES ('s', 'PLANNED', 1000, '{"team": "x"}', now())
                """).update();
        return database;
    }

    ConfigScene(DataSource database, String prometheusUrl, Path file, String promtool, Consumer<Step> witness) {
        this.jdbc = JdbcClient.create(database);
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(JdbcClient.class, () -> jdbc);
        context.registerBean(ObjectMapper.class, () -> new ObjectMapper());
        context.registerBean(Clock.class, Clock::systemUTC);
        context.register(Targets.class, Generations.class);
        context.refresh();
        JdbcTransactionManager transactions = new JdbcTransactionManager(database);
        this.generations = context.getBean(Generations.class);
        Rollout rollout = new Rollout(
                new ConfigFile(file),
                new Promtool(promtool),
                new RunningConfig(PrometheusClients.at(prometheusUrl), Duration.ofSeconds(20)),
                generations,
                transactions,
                witness);
        this.writer = new WrittenFor(context.getBean(Targets.class), generations, rollout, transactions);
    }

    /** Has a target scraped. */
    void add(String jobName, String address) {
        writer.change(() ->
                jdbc.sql("""
                INSERT INTO targets (session_id, job_name, job_id, target_type, metrics_path, scheme, params, targets,
                    scrape_interval_ms, scrape_timeout_ms, created_at)
                VALUES ('s', :name, '1', 'custom', '/metrics', 'http', '{}', ARRAY[:address], 1000, 1000, now())
                """).param("name", jobName).param("address", address).update());
    }

    /** Has it scraped no more. */
    void remove(String jobName) {
        writer.change(() -> jdbc.sql("DELETE FROM targets WHERE job_name = :name")
                .param("name", jobName)
                .update());
    }

    /** The job names that the database holds. */
    List<String> kept() {
        return jdbc.sql("SELECT job_name FROM targets ORDER BY job_name")
                .query(String.class)
                .list();
    }

    Generation last() {
        return generations.before(Long.MAX_VALUE, 1).get(0);
    }
}
