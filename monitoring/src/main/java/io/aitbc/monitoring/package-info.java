/** Benchmark sessions: what Prometheus is to scrape, and what it saw in a window of time. */
@NullMarked
package io.aitbc.monitoring;

import org.jspecify.annotations.NullMarked;
