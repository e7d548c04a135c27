package io.aitbc.poolhub.sla;

import org.jspecify.annotations.Nullable;

/**
 * What a service level is found to be.
 *
 * @param minerId empty for the whole pool
 * @param severity null when it is kept
 * @param metadata JSON: window, coverage, size of the sample, and what the type adds
 * @param news whether value or severity differ from what stood until now
 */
record Measured(
        String minerId, String type, double value, @Nullable String severity, String metadata, boolean news) {}
