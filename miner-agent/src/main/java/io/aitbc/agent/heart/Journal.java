package io.aitbc.agent.heart;

import java.time.Duration;

/** Is told of the turns in a miner's life, never of the ordinary beat. Called on the scheduler's thread. */
public interface Journal {

    void registered(String minerId);

    /** The hub gave no (good) answer; called once per miner and absence. */
    void away(String minerId, String why);

    /** The hub answers again. */
    void back(String minerId, Duration away);

    /** The hub does not know the miner any more; it registers again. */
    void forgotten(String minerId, String why);

    /** The miner has stopped for good. */
    void gaveUp(String minerId, GivenUp reason, String detail);
}
