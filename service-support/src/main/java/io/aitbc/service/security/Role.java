package io.aitbc.service.security;

/** What a key lets its holder do; each handler names the roles it serves. */
public enum Role {
    /** A machine of the pool: only its own resources. */
    MINER,
    /** A person or script that runs the service. */
    OPERATOR,
    /** Reads, changes nothing. */
    VIEWER,
    /** Another service of the control plane. */
    SERVICE,
    /** A customer: only its own rows. */
    TENANT,
    /** May register new miners, nothing else. */
    ENROLLMENT
}
