package io.aitbc.coordinator.invoice;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is left to invoice of a month of which parts are on invoices already. */
final class MonthParts {

    /**
     * A part that is on no finalized invoice.
     *
     * @param draft the draft of exactly this part, if there is one; one that reaches beyond the month covers part of it in vain
     */
    record Part(BillingPeriod period, @Nullable Invoice draft) {}

    private MonthParts() {}

    /**
     * The parts, the earliest first: the gaps between invoices, and the drafts.
     *
     * @param overlapping the tenant's drafts and invoices that cover any part of the month, the earliest first
     */
    static List<Part> of(BillingPeriod month, List<Invoice> overlapping) {
        List<Part> parts = new ArrayList<>();
        Instant covered = month.start();
        for (Invoice other : overlapping) {
            BillingPeriod period = other.period();
            if (covered.isBefore(period.start())) {
                parts.add(new Part(new BillingPeriod(covered, period.start()), null));
            }
            if (other.status() == InvoiceStatus.DRAFT) {
                parts.add(new Part(period, other));
            }
            covered = period.end();
        }
        if (covered.isBefore(month.end())) {
            parts.add(new Part(new BillingPeriod(covered, month.end()), null));
        }
        return parts;
    }
}
