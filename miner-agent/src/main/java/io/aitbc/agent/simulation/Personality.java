package io.aitbc.agent.simulation;

/** What a miner is like; most are reliable, and the others keep the SLA page from being dull. */
enum Personality {
    /** Answers fast, hardly ever fails. */
    RELIABLE,
    /** Falls silent every now and then: its uptime suffers. */
    FLAKY,
    /** Takes well over a second to answer. */
    SLOW,
    /** Fails about every fourth job. */
    FAILING,
    /** Was slow until it was repaired, an hour before the fleet first started. */
    ONCE_SLOW,
    /** Failed too often until it was repaired, an hour before the fleet first started. */
    ONCE_FAILING;

    private static final Personality[] DECK = {
        RELIABLE, FLAKY, ONCE_SLOW, RELIABLE, FAILING, RELIABLE, RELIABLE, ONCE_FAILING,
        RELIABLE, RELIABLE, SLOW, RELIABLE, RELIABLE, RELIABLE, RELIABLE, RELIABLE
    };

    /** The same for every seed, so that even a fleet of three shows something. */
    static Personality of(int number) {
        return DECK[(number - 1) % DECK.length];
    }
}
