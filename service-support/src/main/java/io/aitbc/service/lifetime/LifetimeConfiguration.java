package io.aitbc.service.lifetime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.metrics.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationInitializer;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Uptime meters, health and metrics endpoints. */
@AutoConfiguration(after = {JdbcClientAutoConfiguration.class, PrometheusMetricsExportAutoConfiguration.class})
public class LifetimeConfiguration {

    @Bean
    ServiceLifetime serviceLifetime(JdbcClient jdbc, Clock clock, FlywayMigrationInitializer migrated) {
        return new ServiceLifetime(new ServiceRuns(jdbc), clock);
    }

    @Bean
    HealthController healthController(JdbcClient jdbc, ObjectProvider<HealthDetail> details) {
        return new HealthController(jdbc, List.copyOf(details.orderedStream().toList()));
    }

    @Bean
    @ConditionalOnBean(PrometheusMeterRegistry.class)
    MetricsController metricsController(PrometheusMeterRegistry registry) {
        return new MetricsController(registry);
    }
}
