package io.aitbc.agent.heart;

import java.util.concurrent.CompletableFuture;

/** Something that lives until it is stopped, or until it cannot go on. */
public interface Ending {

    /** Why it cannot go on, and in whose words. */
    record End(GivenUp reason, String minerId, String detail) {}

    void begin();

    /** Completes when it cannot go on without a person. */
    CompletableFuture<End> ended();

    /** Says goodbye; completes once that is said. */
    CompletableFuture<Void> stop();
}
