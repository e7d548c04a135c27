package io.aitbc.testsupport;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test sets; it may also jump back, as real ones do. */
public final class MutableClock extends Clock {

    private volatile Instant now;

    /** A clock that stands at this instant. */
    public MutableClock(Instant now) {
        this.now = now;
    }

    /** Sets it. */
    public void set(Instant instant) {
        now = instant;
    }

    /** Moves it on, or back when negative. */
    public void advance(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
