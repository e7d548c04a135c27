package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.coordinator.CoordinatorClient;
import io.aitbc.poolhub.coordinator.CoordinatorSettings;
import io.aitbc.testsupport.MutableClock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** The usage feature alone; a test component, so that no other test's scan finds it. */
@SpringBootApplication(scanBasePackages = "io.aitbc.poolhub.usage")
@ConfigurationPropertiesScan({"io.aitbc.poolhub.usage", "io.aitbc.poolhub.coordinator"})
@TestComponent
class UsageTestApplication {

    static final Instant NOW = Instant.parse("2026-04-22T15:30:00Z");

    @Bean
    MutableClock clock() {
        return new MutableClock(NOW);
    }

    @Bean
    CircuitBreaker breaker() {
        return CircuitBreaker.ofDefaults("test");
    }

    /** As the real one, with less patience. */
    @Bean
    @Primary
    CoordinatorClient impatientClient(CoordinatorSettings settings, ObjectMapper json, CircuitBreaker breaker) {
        Retry retry = Retry.of(
                "test",
                RetryConfig.custom()
                        .maxAttempts(2)
                        .intervalFunction(IntervalFunction.of(Duration.ofMillis(10)))
                        .build());
        HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        return new CoordinatorClient(http, settings, json, breaker, retry, Duration.ofSeconds(3));
    }
}
