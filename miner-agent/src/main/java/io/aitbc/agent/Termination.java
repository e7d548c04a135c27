package io.aitbc.agent;

import io.aitbc.agent.heart.Ending;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Keeps the process alive until its work ends by itself, or until a signal asks it to go. */
final class Termination {

    private static final long GOODBYE_SECONDS = 8;

    private Termination() {}

    /**
     * Runs to the end. On SIGTERM and SIGINT the work says goodbye, within a bound, and the process ends with 0: the JVM
     * by itself would make 143 of a stop that went well.
     */
    static int await(Ending work) {
        Thread hook = new Thread(
                () -> {
                    if (!work.ended().isDone()) {
                        sayGoodbye(work);
                        Runtime.getRuntime().halt(ExitCode.STOPPED);
                    }
                },
                "goodbye");
        Runtime.getRuntime().addShutdownHook(hook);
        work.begin();
        return work.ended()
                .thenApply(end -> {
                    System.err.println("miner-agent: " + ExitCode.remedy(end.reason(), end.minerId()));
                    System.err.println("miner-agent: " + end.detail());
                    return ExitCode.of(end.reason());
                })
                .join();
    }

    private static void sayGoodbye(Ending work) {
        try {
            work.stop().get(GOODBYE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            System.err.println("miner-agent: stopped without a goodbye, the hub did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
