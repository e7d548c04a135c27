package io.aitbc.gpu.rules;

/** What is done about an alert, in rising order: each also does what comes before it. */
public enum Action {
    /** Kept in the history. */
    RECORD,
    /** People are told. */
    NOTIFY,
    /** The GPU's power limit is lowered until it has cooled down. */
    THROTTLE,
    /** Its work is moved away. */
    PREEMPT,
    /** It is taken out of use. */
    QUARANTINE
}
