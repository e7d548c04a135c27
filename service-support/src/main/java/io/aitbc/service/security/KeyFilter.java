package io.aitbc.service.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.web.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds out who calls, from {@code Authorization: Bearer KEY} or {@code X-Api-Key: KEY}. Refuses nobody itself. */
final class KeyFilter extends OncePerRequestFilter {

    static final String CALLER = KeyFilter.class.getName() + ".caller";
    private static final int LONGEST_KEY = 512;

    private final List<KeyDirectory> directories;
    private final ObjectMapper json;

    KeyFilter(List<KeyDirectory> directories, ObjectMapper json) {
        this.directories = List.copyOf(directories);
        this.json = json;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String key = keyOf(request);
        if (key != null && !key.isEmpty() && key.length() <= LONGEST_KEY) {
            try {
                find(ApiKeys.sha256(key)).ifPresent(caller -> {
                    request.setAttribute(CALLER, caller);
                    SecurityContextHolder.setContext(new SecurityContextImpl(new CallerAuthentication(caller)));
                });
            } catch (DataAccessException e) {
                Problem.unavailable(
                                "database-away",
                                "The database does not answer; nothing was stored.",
                                Duration.ofSeconds(2))
                        .writeTo(request, response, json);
                return;
            }
        }
        try {
            chain.doFilter(request, response);
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    private Optional<Caller> find(String hash) {
        for (KeyDirectory directory : directories) {
            Optional<Caller> caller = directory.find(hash);
            if (caller.isPresent()) {
                return caller;
            }
        }
        return Optional.empty();
    }

    private static @Nullable String keyOf(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return authorization.substring(7).strip();
        }
        return request.getHeader("X-Api-Key");
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return true;
    }
}
