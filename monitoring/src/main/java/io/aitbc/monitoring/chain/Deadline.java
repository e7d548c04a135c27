package io.aitbc.monitoring.chain;

import java.time.Duration;

/** The end of one round of questions, by the clock that never jumps. */
record Deadline(long half, long end) {

    static Deadline in(Duration time) {
        long now = System.nanoTime();
        return new Deadline(now + time.toNanos() / 2, now + time.toNanos());
    }

    /** What is left, in nanoseconds; zero or less when it is over. */
    long left() {
        return end - System.nanoTime();
    }

    /** Whether so much time is gone that nothing more should be begun that can wait. */
    boolean isHalfOver() {
        return half - System.nanoTime() <= 0;
    }
}
