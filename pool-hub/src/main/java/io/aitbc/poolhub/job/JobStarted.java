package io.aitbc.poolhub.job;

/** A miner has started an attempt, told in the transaction in which that became known. */
record JobStarted(String minerId) {}
