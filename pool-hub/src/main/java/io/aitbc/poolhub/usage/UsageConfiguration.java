package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** The way to the coordinator. */
@Configuration(proxyBeanMethods = false)
class UsageConfiguration {

    @Bean
    CoordinatorClient coordinatorClient(BillingSettings settings, ObjectMapper json) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        CircuitBreaker breaker = CircuitBreaker.of(
                "coordinator",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(10)
                        .minimumNumberOfCalls(5)
                        .failureRateThreshold(60)
                        .waitDurationInOpenState(Duration.ofSeconds(3))
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .build());
        Retry retry = Retry.of(
                "coordinator",
                RetryConfig.custom()
                        .maxAttempts(3)
                        .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(200, 2, 0.5))
                        .build());
        return new CoordinatorClient(http, settings, json, breaker, retry);
    }

    @Bean
    BillingSync billingSync(
            Outbox outbox,
            CoordinatorClient coordinator,
            BillingSettings settings,
            ObjectMapper json,
            TransactionTemplate transaction,
            Clock clock) {
        return new BillingSync(outbox, coordinator, settings, json, transaction, clock);
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
