package io.aitbc.agent.work;

/** Runs jobs in some way. Only for the timing's thread; it says what happened through the {@link Workshop}. */
public interface Runner {

    /** Begins a job. */
    void start(Assignment job);

    /** Stops a job that runs; it will be said to have stopped. */
    void stop(Assignment job, String why);
}
