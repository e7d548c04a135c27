package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.payout.PayoutEntry;
import io.aitbc.coordinator.tenant.BillTo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes on an invoice.
 *
 * @param position every row of the ledger up to this seq is in it
 * @param complete until when every producer has sent everything, as far as is known
 * @param quarantined how many events of the tenant were refused since the period began, and are in none of it
 * @param earned the supplier's side
 * @param grown changes of earlier periods that are on it as lines
 * @param shrunk changes of earlier periods for which the tenant gets credit notes
 */
record InvoiceContent(
        BillTo to,
        long position,
        @Nullable Instant complete,
        long quarantined,
        Taxed taxed,
        List<PayoutEntry> earned,
        List<LateUsage.Change> grown,
        List<LateUsage.Change> shrunk) {}
