package io.aitbc.service.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds out who calls, from {@code Authorization: Bearer KEY} or {@code X-Api-Key: KEY}. Refuses nobody itself. */
final class KeyFilter extends OncePerRequestFilter {

    static final String CALLER = KeyFilter.class.getName() + ".caller";

    private final Keys keys;
    private final ObjectMapper json;

    KeyFilter(Keys keys, ObjectMapper json) {
        this.keys = keys;
        this.json = json;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            keys.callerOf(request).ifPresent(caller -> {
                request.setAttribute(CALLER, caller);
                SecurityContextHolder.setContext(new SecurityContextImpl(new CallerAuthentication(caller)));
            });
        } catch (DataAccessException e) {
            Problem.unavailable(
                            "database-away", "The database does not answer; nothing was stored.", Duration.ofSeconds(2))
                    .writeTo(request, response, json);
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return true;
    }
}
