package io.aitbc.service.postgres;

import com.zaxxer.hikari.HikariDataSource;
import io.aitbc.postgres.EmbeddedPostgres;
import io.aitbc.service.security.ServiceSettings;
import java.nio.file.Path;
import java.time.Clock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationInitializer;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** The database: the server that SPRING_DATASOURCE_URL names, or else real PostgreSQL started from this jar. */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@EnableConfigurationProperties(ServiceSettings.class)
public class DatabaseConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseConfiguration.class);

    @Bean
    MonthlyPartitions monthlyPartitions(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            ServiceSettings settings,
            Clock clock,
            FlywayMigrationInitializer migrated) {
        MonthlyPartitions partitions = new MonthlyPartitions(jdbc, transactions, settings.partitionedTables(), clock);
        partitions.maintain();
        return partitions;
    }

    /** Embedded mode. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnExpression("'${spring.datasource.url:}' == ''")
    static class Embedded {

        @Bean(destroyMethod = "close")
        EmbeddedPostgres embeddedPostgres(ServiceSettings settings, @Value("${data.dir:./data}") Path dataDir) {
            Path folder = dataDir.resolve(settings.name()).resolve("postgres");
            EmbeddedPostgres server = EmbeddedPostgres.start(EmbeddedPostgres.Settings.durable(folder));
            LOG.info("Database: embedded PostgreSQL on port {}, data under {}", server.port(), folder);
            return server;
        }

        @Bean(destroyMethod = "close")
        @ConfigurationProperties("spring.datasource.hikari")
        HikariDataSource dataSource(EmbeddedPostgres server) {
            return DataSourceBuilder.create()
                    .type(HikariDataSource.class)
                    .url(server.jdbcUrl())
                    .username(server.username())
                    .password(server.password())
                    .build();
        }
    }

    /** A server that somebody else runs. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnExpression("'${spring.datasource.url:}' != ''")
    static class External {

        External(@Value("${spring.datasource.url}") String url) {
            LOG.info("Database: {}", url.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//"));
        }
    }

    /** Keeps next months' partitions ahead of time. */
    @Bean
    PartitionUpkeep partitionUpkeep(MonthlyPartitions partitions, DataSource dataSource) {
        return new PartitionUpkeep(partitions);
    }
}
