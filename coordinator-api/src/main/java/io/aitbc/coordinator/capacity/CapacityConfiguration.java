package io.aitbc.coordinator.capacity;

import io.aitbc.capacity.DemandHistory;
import io.aitbc.capacity.Planner;
import io.aitbc.capacity.PlanningSettings;
import io.aitbc.capacity.RecommendationLedger;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Capacity planning over all pools. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PlanningSettings.class)
class CapacityConfiguration {

    @Bean
    DemandHistory demandHistory(JdbcTemplate jdbc) {
        return new DemandHistory(jdbc);
    }

    @Bean
    RecommendationLedger recommendationLedger(JdbcTemplate jdbc) {
        return new RecommendationLedger(jdbc);
    }

    @Bean
    Planner planner(DemandHistory history, RecommendationLedger ledger, PlanningSettings settings) {
        return new Planner(history, ledger, settings, "coordinator_api");
    }
}
