package io.aitbc.poolhub.job;

import org.springframework.context.ApplicationContext;

/** Lets tests of other features make passes over the queue. */
public final class Passes {

    private Passes() {}

    /** One pass, as the schedule makes it. */
    public static void make(ApplicationContext hub) {
        hub.getBean(DispatchSchedule.class).pass();
    }
}
