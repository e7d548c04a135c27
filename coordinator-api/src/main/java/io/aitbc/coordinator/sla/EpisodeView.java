package io.aitbc.coordinator.sla;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An episode as it is known. */
record EpisodeView(
        String source,
        UUID episodeId,
        int revision,
        EpisodeStatus status,
        String minerId,
        String metric,
        BigDecimal threshold,
        BigDecimal worst,
        String severity,
        Instant startedAt,
        Instant endedAt,
        @Nullable String excuseReason,
        @Nullable String excusedBy,
        @Nullable Instant excusedAt,
        @JsonRawValue @Nullable String evidence,
        Instant receivedAt) {}
