package io.aitbc.monitoring.session;

/** What another feature says of a session when its status is asked for. */
public interface SessionDetails {

    /** The name of the member that it is in the answer, such as {@code targets}. */
    String name();

    /** What it says, to be written as JSON. Never fails because Prometheus is away. */
    Object of(Session session);
}
