package io.aitbc.agent;

import io.aitbc.agent.heart.Timing;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Makes the one thread on which everything that waits for a time is run. */
final class AgentConfiguration {

    private AgentConfiguration() {}

    static Timing timing(Clock clock) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "heart");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // Chance here only spreads calls over time, so it must differ from machine to machine.
        return new Timing(scheduler, clock, new Random());
    }
}
