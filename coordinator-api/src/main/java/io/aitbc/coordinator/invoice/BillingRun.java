package io.aitbc.coordinator.invoice;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The run of a month: one for its drafts, one for its invoices.
 *
 * @param delay so long after the month's end by a tenant's clocks its turn comes
 * @param isAsked whether somebody asked for it, and not the schedule
 * @param requests how often it was asked for
 */
record BillingRun(UUID runId, YearMonth month, boolean finalizes, Duration delay, boolean isAsked, long requests) {

    /** As it is shown. */
    record View(
            UUID runId,
            String month,
            @JsonProperty("finalize") boolean finalizes,
            State state,
            String requestedBy,
            Instant startedAt,
            @Nullable Instant finishedAt,
            long invoices,
            long failed) {}

    /** Whether there is anything left to do. */
    enum State {
        RUNNING,
        DONE
    }

    /** Why a tenant did not get its invoice. */
    record Failure(String tenantId, String code, String detail, Instant failedAt) {}

    /** A tenant whose invoice is due, and on which terms it was when that was found out. */
    record Due(String tenantId, BillingPeriod period, String pricePlan, String currency) {}
}
