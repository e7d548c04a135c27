package io.aitbc.coordinator.notification;

/** Carries a message to its recipient, in a bounded time. */
interface Courier {

    /**
     * Tries once.
     *
     * @param target the letter's, which is there
     */
    Outcome deliver(Letter letter, String target);
}
