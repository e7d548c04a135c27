package io.aitbc.monitoring.config;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One state of the file.
 *
 * @param generation 1, 2, 3, …
 * @param sha256 of what follows its header
 * @param diff of our jobs, to what stood there before
 * @param detail what happened, where not all went well
 */
record Generation(
        long generation,
        String sha256,
        Instant at,
        String diff,
        Verdict verdict,
        @Nullable String detail) {}
