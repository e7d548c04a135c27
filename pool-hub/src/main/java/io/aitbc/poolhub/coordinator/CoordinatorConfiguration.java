package io.aitbc.poolhub.coordinator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.net.http.HttpClient;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Ways to the coordinator, each with a breaker of its own: slow answers of the one must not close the others. */
@Configuration(proxyBeanMethods = false)
class CoordinatorConfiguration {

    private static final Duration SOMEBODY_WAITS = Duration.ofSeconds(4);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** For what must arrive. */
    @Bean
    @Primary
    CoordinatorClient coordinatorClient(CoordinatorSettings settings, ObjectMapper json) {
        Retry retry = Retry.of(
                "coordinator",
                RetryConfig.custom()
                        .maxAttempts(3)
                        .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(200, 2, 0.5))
                        .build());
        return new CoordinatorClient(http, settings, json, breaker("coordinator", Duration.ofSeconds(3)), retry);
    }

    /** For questions that the hub can answer itself: asked once, for a short time only, and not at all for a while after failures. */
    @Bean
    CoordinatorClient impatientCoordinatorClient(CoordinatorSettings settings, ObjectMapper json) {
        Retry once = Retry.of(
                "coordinator-questions", RetryConfig.custom().maxAttempts(1).build());
        return new CoordinatorClient(
                http, settings, json, breaker("coordinator-questions", Duration.ofSeconds(10)), once, SOMEBODY_WAITS);
    }

    /** For news that are sent again soon whatever happens: one try each time, so that a coordinator that hangs holds nobody up for long. */
    @Bean
    CoordinatorClient newsCoordinatorClient(CoordinatorSettings settings, ObjectMapper json) {
        Retry once =
                Retry.of("coordinator-news", RetryConfig.custom().maxAttempts(1).build());
        return new CoordinatorClient(
                http, settings, json, breaker("coordinator-news", Duration.ofSeconds(3)), once, SOMEBODY_WAITS);
    }

    private static CircuitBreaker breaker(String name, Duration open) {
        return CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(10)
                        .minimumNumberOfCalls(5)
                        .failureRateThreshold(60)
                        .waitDurationInOpenState(open)
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .build());
    }
}
