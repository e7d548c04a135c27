package io.aitbc.service.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Who may call without a key, where a service has such callers. Asked only about requests that bring none. */
public interface Keyless {

    /** The caller; empty when it is nobody who may do without a key. */
    Optional<Caller> callerOf(HttpServletRequest request);
}
