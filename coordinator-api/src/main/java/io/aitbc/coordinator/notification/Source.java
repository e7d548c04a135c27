package io.aitbc.coordinator.notification;

/** Who tells of an episode: each has keys of its own. */
enum Source {
    /** A service or an operator. */
    API,
    /** Alertmanager. */
    ALERTMANAGER,
    /** An operator who tries a route. */
    TEST
}
