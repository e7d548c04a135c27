package io.aitbc.gpu.bad;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.concurrent.Executors;

/** Breaks the rules on purpose: foreign libraries, a clock of its own, threads of its own. */
final class TellsTheTime {

    private TellsTheTime() {}

    static String now(MeterRegistry meters) {
        Executors.newCachedThreadPool().shutdown();
        return meters.getClass() + " " + Instant.now();
    }
}
