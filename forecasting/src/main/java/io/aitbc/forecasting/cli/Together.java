package io.aitbc.forecasting.cli;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Independent pieces of work on several threads; the results come in order, so that sums do not depend on the number of threads. */
final class Together {

    private Together() {}

    static <T> List<T> map(int pieces, int threads, IntFunction<T> work) {
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            return pool.submit(() ->
                            IntStream.range(0, pieces).parallel().mapToObj(work).toList())
                    .join();
        } finally {
            pool.shutdown();
        }
    }
}
