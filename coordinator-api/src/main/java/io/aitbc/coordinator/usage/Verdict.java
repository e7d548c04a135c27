package io.aitbc.coordinator.usage;

/** What became of an event. */
enum Verdict {
    /** It is in the ledger now. */
    ACCEPTED,
    /** It was in the ledger already, with the same content: nothing to do. */
    DUPLICATE,
    /** Another event with its id is in the ledger; this one is kept beside it, in quarantine. */
    CONFLICT,
    /** It breaks a rule; it is kept in quarantine until the cause is mended. */
    REJECTED
}
