package io.aitbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Does parts of a work at once, one thread each. */
final class Together {

    /** One part, from 0 on. */
    interface Part {
        void run(int part) throws IOException, SQLException;
    }

    private Together() {}

    /** Seconds from the start of the first to the end of the last. */
    static double seconds(int parts, Part work) throws IOException, InterruptedException {
        AtomicReference<Exception> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < parts; i++) {
            int part = i;
            Thread thread = new Thread(
                    () -> {
                        try {
                            work.run(part);
                        } catch (IOException | SQLException | RuntimeException e) {
                            failure.compareAndSet(null, e);
                        }
                    },
                    "part-" + part);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (failure.get() != null) {
            throw new IOException("a part of the work failed", failure.get());
        }
        return seconds;
    }
}
