package io.aitbc.monitoring.proxy;

import java.time.Instant;

/**
 * An exporter that may be reached through the proxy.
 *
 * @param url where it answers; {@link ExporterUrl} says which it may have
 * @param changedAt when it was last led to another address
 */
record Exporter(String service, String jobId, String url, Instant registeredAt, Instant changedAt) {}
