package io.aitbc.gpu.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An XID that the driver wrote down.
 *
 * @param xid its code, from 1
 * @param jobId the job that ran on the GPU, if it is known
 * @param tenantId whose job that is
 */
public record XidEvent(
        String gpuUuid,
        int xid,
        Instant at,
        @Nullable String jobId,
        @Nullable String tenantId) {

    /** @throws IllegalArgumentException when the code is not within 1..100000 */
    public XidEvent {
        if (xid < 1 || xid > 100_000) {
            throw new IllegalArgumentException("xid must be within 1..100000, was " + xid);
        }
    }
}
