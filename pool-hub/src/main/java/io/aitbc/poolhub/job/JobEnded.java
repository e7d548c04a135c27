package io.aitbc.poolhub.job;

import java.time.Instant;

/** An attempt is over, told in the transaction in which it ended. */
record JobEnded(Job job, Attempt attempt, Endings.End end, JobState next, Instant at) {}
