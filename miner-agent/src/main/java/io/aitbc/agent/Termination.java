package io.aitbc.agent;

import io.aitbc.agent.heart.Ending;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps the process alive until its work ends by itself, or until a signal asks it to go. */
final class Termination {

    private static final long GOODBYE_SECONDS = 12;

    private Termination() {}

    /**
     * Runs to the end. On SIGTERM and SIGINT the work says goodbye, within a bound, and the process ends with 0: the JVM
     * by itself would make 143 of a stop that went well.
     */
    static int await(Ending work) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger exitCode = new AtomicInteger(ExitCode.STOPPED);
        Thread hook = new Thread(
                () -> {
                    if (end.getCount() > 0) {
                        sayGoodbye(work);
                        Runtime.getRuntime().halt(ExitCode.STOPPED);
                    }
                },
                "goodbye");
        Runtime.getRuntime().addShutdownHook(hook);
        var unused = work.ended().thenAccept(why -> {
            System.err.println("miner-agent: " + ExitCode.remedy(why.reason(), why.minerId()));
            System.err.println("miner-agent: " + why.detail());
            exitCode.set(ExitCode.of(why.reason()));
            end.countDown();
        });
        work.begin();
        end.await();
        return exitCode.get();
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
