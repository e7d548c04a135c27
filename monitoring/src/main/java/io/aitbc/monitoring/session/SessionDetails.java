package io.aitbc.monitoring.session;

import java.util.List;

/** What another feature says of a session when its status is asked for. */
public interface SessionDetails {

    /** The name of the member that it is in the answer, such as {@code targets}. */
    String name();

    /** What it says, to be written as JSON. Never fails because Prometheus is away. */
    Object of(Session session);

    /** The ids of what is being done for it now, and would come to nothing if it was deleted. */
    default List<String> unfinished(String sessionId) {
        return List.of();
    }
}
