package io.aitbc.benchmarks.scheduling;

import io.aitbc.gpu.scheduling.GpuSlot;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A day of 1,000 GPUs: the library's scheduler, the same without knowledge of health, and first come, first served. GPUs fail
 * far more often than in a good fleet, so that one day shows the difference.
 */
public final class SchedulerBenchmark {

    private SchedulerBenchmark() {}

    /** Argument: the day's seed (1 unless told). */
    public static void main(String[] arguments) {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
        List<Integer> loads = List.of(70, 90, 110);
        for (int load : loads) {
            Day day = Day.of(seed, load / 100.0);
            System.out.printf(
                    Locale.ROOT,
                    "%nOffered load %d %%: %d jobs, %d GPUs get ill, %d black holes (seed %d)%n%n%s%n",
                    load,
                    day.jobs().size(),
                    day.illnesses().size(),
                    day.holes().size(),
                    seed,
                    Outcome.header());
            print(day, "FIFO, first fit, health-blind", Fifo::new);
            print(day, "ours, health-blind", gpus -> new Scheduled(gpus, false));
            print(day, "**ours**", gpus -> new Scheduled(gpus, true));
        }
    }

    private static void print(Day day, String name, Function<List<GpuSlot>, Dispatcher> dispatcher) {
        System.out.println(DaySimulation.run(day, dispatcher.apply(day.gpus())).row(name));
    }
}
