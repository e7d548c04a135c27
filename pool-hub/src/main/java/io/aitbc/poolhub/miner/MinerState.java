package io.aitbc.poolhub.miner;

/** What is known of a miner at an instant. */
public enum MinerState {
    /** It beats and says that it is well. */
    UP,
    /** It beats and says that it is not. */
    DEGRADED,
    /** It was silent for longer than the grace period. */
    DOWN,
    /** Agreed downtime; lies over the other states. */
    MAINTENANCE,
    /** The hub itself was away. */
    UNKNOWN,
    /** Not registered, not approved, or removed. */
    NOT_ENROLLED
}
