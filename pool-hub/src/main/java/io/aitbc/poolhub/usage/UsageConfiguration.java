package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.coordinator.CoordinatorClient;
import io.aitbc.poolhub.coordinator.CoordinatorSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** How usage gets to the coordinator. */
@Configuration(proxyBeanMethods = false)
class UsageConfiguration {

    @Bean
    BillingSync billingSync(
            Outbox outbox,
            CoordinatorClient coordinator,
            CoordinatorSettings settings,
            ObjectMapper json,
            TransactionTemplate transaction,
            Clock clock,
            ReconciliationSchedule ledgers) {
        return new BillingSync(outbox, coordinator, settings, json, transaction, clock, ledgers::isContradicted);
    }

    @Bean
    SyncSchedule syncSchedule(BillingSync sync, Outbox outbox, Clock clock, MeterRegistry meters) {
        return new SyncSchedule(sync, outbox, clock, meters);
    }

    @Bean
    Duration billingInterval(BillingSettings settings) {
        return settings.interval();
    }
}
