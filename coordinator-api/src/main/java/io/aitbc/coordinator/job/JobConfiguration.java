package io.aitbc.coordinator.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.coordinator.account.Admissions;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Two ways to the pool-hub, each with a breaker of its own: while somebody waits, an answer must come sooner. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HubSettings.class)
class JobConfiguration {

    private static final Duration SOMEBODY_WAITS = Duration.ofSeconds(2);
    private static final Duration NOBODY_WAITS = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(1);

    @Bean
    Placement.Outcomes jobOutcomes(Admissions admissions, JobMeters meters, TransactionTemplate transactions) {
        return new Placement.Outcomes(admissions, meters, transactions);
    }

    @Bean
    Placement placement(
            Errands errands, HubSettings settings, ObjectMapper json, Placement.Outcomes outcomes, Clock clock) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        return new Placement(
                errands,
                new HubClient(http, settings, json, breaker("pool-hub-now"), SOMEBODY_WAITS),
                new HubClient(http, settings, json, breaker("pool-hub"), NOBODY_WAITS),
                outcomes,
                json,
                clock);
    }

    private static CircuitBreaker breaker(String name) {
        return CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(10)
                        .minimumNumberOfCalls(5)
                        .failureRateThreshold(60)
                        .waitDurationInOpenState(Duration.ofSeconds(3))
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .build());
    }
}
