package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.Manifest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A window of a session that is to be collected, or was.
 *
 * @param outputDir under the artifacts' folder
 * @param dueAt when the last scrape of the window has settled
 * @param lease of whoever works at it
 * @param manifest of what was collected
 */
record Run(
        UUID runId,
        String sessionId,
        Instant start,
        Instant end,
        String outputDir,
        Plan plan,
        RunState state,
        @Nullable Cause cause,
        @Nullable String failure,
        Instant requestedAt,
        Instant dueAt,
        @Nullable Instant finishedAt,
        @Nullable UUID lease,
        int tries,
        @Nullable Manifest manifest) {}
