package io.aitbc.service.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.web.filter.OncePerRequestFilter;

/** Refuses who calls too often. Health and metrics are never limited. */
final class RateLimitFilter extends OncePerRequestFilter {

    private final RateLimits limits;
    private final ObjectMapper json;

    RateLimitFilter(RateLimits limits, ObjectMapper json) {
        this.limits = limits;
        this.json = json;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return limits.perSecond() == 0
                || path.startsWith("/actuator")
                || path.equals("/health")
                || path.equals("/v1/health")
                || path.equals("/metrics");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller = (Caller) request.getAttribute(KeyFilter.CALLER);
        Duration wait = limits.take(caller == null ? "address:" + request.getRemoteAddr() : caller.name());
        if (wait.isZero()) {
            chain.doFilter(request, response);
            return;
        }
        Problem.tooMany(
                        "rate-limited",
                        "More than " + limits.perSecond() + " requests per second came with this key; wait "
                                + wait.toSeconds() + " s.",
                        wait)
                .writeTo(request, response, json);
    }
}
