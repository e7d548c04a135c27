package io.aitbc.poolhub.miner;

import java.time.Instant;

/** What happened to miners, told to other features within the transaction in which it happened. */
public final class MinerEvents {

    private MinerEvents() {}

    /**
     * Maintenance was agreed, perhaps afterwards.
     *
     * @param start first instant
     * @param end first instant after it
     * @param actor who entered it
     */
    public record MaintenanceRecorded(String minerId, Instant start, Instant end, String reason, String actor) {}
}
