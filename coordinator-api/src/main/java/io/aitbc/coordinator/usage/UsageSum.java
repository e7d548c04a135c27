package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Used;

/**
 * Events of the ledger that are priced alike, as a sum.
 *
 * @param used at the beginning of the stretch of time that they fall into
 * @param events how many there are
 * @param maxSeq the highest of their places in the ledger
 */
public record UsageSum(Used used, long events, long maxSeq) {}
