package io.aitbc.coordinator.usage;

/**
 * A broken rule.
 *
 * @param detail a sentence for the sender
 */
record Rejection(RejectionCode code, String detail) {}
