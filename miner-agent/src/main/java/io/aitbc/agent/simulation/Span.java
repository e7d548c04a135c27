package io.aitbc.agent.simulation;

import java.time.Instant;

/** From a moment until, but without, another. */
record Span(Instant from, Instant to) {

    Span {
        if (!to.isAfter(from)) {
            throw new IllegalArgumentException("a span must have a length, was " + from + " to " + to);
        }
    }

    boolean holds(Instant moment) {
        return !moment.isBefore(from) && moment.isBefore(to);
    }

    boolean touches(Span other) {
        return !from.isAfter(other.to) && !to.isBefore(other.from);
    }
}
