package io.aitbc.poolhub.job;

import io.aitbc.gpu.scheduling.Decision.Place;
import java.time.Instant;

/** A job got GPUs, told in the transaction in which it did. */
record JobPlaced(Job job, Place place, Instant at) {}
