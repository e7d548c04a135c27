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
     * The caller, when the key is valid, has one of these roles and has not called too often.
     *
     * @return null when the request has to go the ordinary way
     */
    public @Nullable Caller admit(HttpServletRequest request, Set<Role> roles) {
        try {
            Caller caller = keys.callerOf(request).orElse(null);
            return caller != null
                            && roles.contains(caller.role())
                            && limits.take(caller.name()).equals(Duration.ZERO)
                    ? caller
                    : null;
        } catch (DataAccessException e) {
            return null;
        }
    }
}
