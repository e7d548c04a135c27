package io.aitbc.poolhub.gpu;

import java.time.Instant;

/**
 * A GPU's step from one state to another, as it is kept.
 *
 * @param trigger what made it: a rule, a time, an operator
 * @param cause in words
 * @param actor who made it
 */
public record Transition(
        Instant at,
        String gpuUuid,
        String minerId,
        String fromState,
        String toState,
        String trigger,
        String cause,
        String actor) {}
