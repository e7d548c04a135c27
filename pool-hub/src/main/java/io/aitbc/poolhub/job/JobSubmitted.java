package io.aitbc.poolhub.job;

/** A job was taken, told in the transaction in which it was. */
record JobSubmitted(Job job) {}
