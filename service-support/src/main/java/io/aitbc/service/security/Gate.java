package io.aitbc.service.security;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/**
 * The security of the ordinary way, for a filter that answers the bulk of its requests before it: the same keys, the same
 * limits. Whom it does not admit is sent the ordinary way, which says why not.
 */
public final class Gate {

    private final Keys keys;
    private final RateLimits limits;

    Gate(Keys keys, RateLimits limits) {
        this.keys = keys;
        this.limits = limits;
    }

    /**
     * The caller, when the key is valid and has one of these roles.
     *
     * @return null when the request has to go the ordinary way
     */
    public @Nullable Caller callerOf(HttpServletRequest request, Set<Role> roles) {
        try {
            Caller caller = keys.callerOf(request).orElse(null);
            return caller != null && roles.contains(caller.role()) ? caller : null;
        } catch (DataAccessException e) {
            return null;
        }
    }

    /** Whether the caller has not called too often; counts this call if so, and counts it only here. */
    public boolean admits(Caller caller) {
        return limits.take(caller.name()).equals(Duration.ZERO);
    }
}
