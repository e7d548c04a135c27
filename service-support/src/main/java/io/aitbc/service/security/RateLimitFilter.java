package io.aitbc.service.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.aitbc.service.web.Problem;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.web.filter.OncePerRequestFilter;

/** A token bucket per key, or per address for calls without one. Health and metrics are never limited. */
final class RateLimitFilter extends OncePerRequestFilter {

    private final int perSecond;
    private final int burst;
    private final ObjectMapper json;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(200_000)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    RateLimitFilter(ServiceSettings settings, ObjectMapper json) {
        this.perSecond = settings.rateLimitPerSecond();
        this.burst = settings.rateLimitBurst();
        this.json = json;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return perSecond == 0
                || path.startsWith("/actuator")
                || path.equals("/health")
                || path.equals("/v1/health")
                || path.equals("/metrics");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller = (Caller) request.getAttribute(KeyFilter.CALLER);
        String key = caller == null ? "address:" + request.getRemoteAddr() : caller.name();
        ConsumptionProbe probe = buckets.get(key, k -> newBucket()).tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            chain.doFilter(request, response);
            return;
        }
        Duration wait = Duration.ofSeconds(1 + TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill()));
        Problem.tooMany(
                        "rate-limited",
                        "More than " + perSecond + " requests per second came with this key; wait " + wait.toSeconds()
                                + " s.",
                        wait)
                .writeTo(request, response, json);
    }

    private Bucket newBucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }
}
