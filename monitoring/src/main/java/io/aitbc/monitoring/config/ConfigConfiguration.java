package io.aitbc.monitoring.config;

import io.aitbc.monitoring.prometheus.PrometheusClient;
import io.aitbc.monitoring.target.Targets;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;

/** Only where targets are written into Prometheus' configuration. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "monitoring.targets.way", havingValue = "config")
@EnableConfigurationProperties(ConfigSettings.class)
class ConfigConfiguration {

    @Bean
    Rollout rollout(
            ConfigSettings settings,
            PrometheusClient prometheus,
            Generations generations,
            PlatformTransactionManager transactions,
            ObjectProvider<Consumer<Step>> witness) {
        return new Rollout(
                new ConfigFile(settings.path()),
                new Promtool(settings.promtool()),
                new RunningConfig(prometheus, settings.patience()),
                generations,
                transactions,
                witness.getIfAvailable(() -> step -> {}));
    }

    @Bean
    WrittenFor writtenFor(
            Targets targets, Generations generations, Rollout rollout, PlatformTransactionManager transactions) {
        return new WrittenFor(targets, generations, rollout, transactions);
    }

    @Bean
    Upkeep upkeep(WrittenFor written) {
        return new Upkeep(written);
    }
}
