package io.aitbc.agent.heart;

import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * What a life needs to know of time and chance.
 *
 * @param scheduler has one thread: what runs on it needs no locks
 */
public record Timing(ScheduledExecutorService scheduler, Clock clock, RandomGenerator random) {}
