package io.aitbc.poolhub.console;

import io.aitbc.service.security.Caller;
import io.aitbc.service.security.KeyRing;
import io.aitbc.service.security.Keyless;
import io.aitbc.service.security.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Who looks at a page, by the session's cookie. Counts for the console's own pages only: the API knows no cookie. */
@Component
class SessionCallers implements Keyless {

    /** Set on a request when nobody could be asked who makes it. */
    static final String UNKNOWN = SessionCallers.class.getName() + ".unknown";

    /** Opened by the page itself, again and again: no sign of a person. */
    static final String EVENTS = "/console/events";

    private final Sessions sessions;
    private final KeyRing keys;

    SessionCallers(Sessions sessions, KeyRing keys) {
        this.sessions = sessions;
        this.keys = keys;
    }

    @Override
    public Optional<Caller> callerOf(HttpServletRequest request) {
        String path = request.getRequestURI();
        String value = isPage(path) ? SessionCookie.of(request) : null;
        if (value == null) {
            return Optional.empty();
        }
        try {
            return sessions.keyOf(value, !path.equals(EVENTS))
                    .flatMap(keys::holderOf)
                    .filter(SessionCallers::mayLook);
        } catch (DataAccessException e) {
            request.setAttribute(UNKNOWN, true);
            return Optional.empty();
        }
    }

    static boolean mayLook(Caller caller) {
        return caller.is(Role.OPERATOR, Role.VIEWER);
    }

    static boolean isPage(String path) {
        return path.equals("/") || path.startsWith("/console/") && !path.startsWith("/console/assets/");
    }
}
