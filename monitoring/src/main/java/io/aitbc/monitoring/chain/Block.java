package io.aitbc.monitoring.chain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A block as a node tells of it.
 *
 * @param number its height; 0 or more
 * @param parentHash null when the node does not say
 * @param timestamp when it was made, by its maker's clock
 * @param transactions how many it holds
 * @param processingSeconds how long the node took to process it; null when the node does not say
 * @param validationSeconds how long the node took to validate it; null when the node does not say
 */
record Block(
        long number,
        String hash,
        @Nullable String parentHash,
        Instant timestamp,
        int transactions,
        @Nullable Double processingSeconds,
        @Nullable Double validationSeconds) {}
