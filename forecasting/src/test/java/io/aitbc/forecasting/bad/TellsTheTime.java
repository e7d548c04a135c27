package io.aitbc.forecasting.bad;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.concurrent.ForkJoinPool;
import picocli.CommandLine;

/** Breaks the rules on purpose: foreign libraries, a clock of its own, threads of its own. */
public final class TellsTheTime {

    private TellsTheTime() {}

    static String now(CommandLine line) {
        ForkJoinPool.commonPool().shutdown();
        return line + " " + new ObjectMapper() + Instant.now();
    }
}
