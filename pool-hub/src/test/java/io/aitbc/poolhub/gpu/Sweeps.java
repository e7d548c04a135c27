package io.aitbc.poolhub.gpu;

import org.springframework.context.ApplicationContext;

/** Lets tests of other features judge what GPUs said. */
public final class Sweeps {

    private Sweeps() {}

    /** One sweep, as the schedule makes it. */
    public static void make(ApplicationContext hub) {
        hub.getBean(SweepSchedule.class).sweep();
    }
}
