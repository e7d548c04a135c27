package io.aitbc.agent.heart;

/** Why a miner cannot go on without a person. */
public enum GivenUp {
    /** The hub does not accept the enrolment token. */
    TOKEN_REFUSED,
    /** Another key is registered under this miner's id. */
    ID_TAKEN,
    /** The hub does not like what the miner says about itself. */
    REGISTRATION_REFUSED
}
