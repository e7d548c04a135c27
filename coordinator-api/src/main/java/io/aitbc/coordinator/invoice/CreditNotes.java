package io.aitbc.coordinator.invoice;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.coordinator.payout.PayoutEntry;
import io.aitbc.coordinator.payout.PayoutLedger;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.BillTo;
import io.aitbc.coordinator.tenant.TaxRate;
import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes credit notes: what is taken off an invoice that no longer changes. */
@Component
class CreditNotes {

    /** The reason of a correction unless somebody says another. */
    static final String CORRECTED = "Usage was corrected.";

    private final Invoices invoices;
    private final Sealing sealing;
    private final Settlements settlements;
    private final PayoutLedger payouts;

    CreditNotes(Invoices invoices, Sealing sealing, Settlements settlements, PayoutLedger payouts) {
        this.invoices = invoices;
        this.sealing = sealing;
        this.settlements = settlements;
        this.payouts = payouts;
    }

    /** The credit note for a period whose usage shrank, in the caller's transaction. */
    Invoice forChange(BillTo to, LateUsage.Change change, String reason, Instant now) {
        Invoice corrected =
                invoices.find(change.settled().invoiceId(), to.tenantId()).orElseThrow();
        Invoice note = make(to, corrected, change.lines(), change.earned(), change.throughSeq(), reason, null, now);
        settlements.settle(corrected.invoiceId(), change.throughSeq(), note.invoiceId());
        return note;
    }

    /**
     * A credit note over an invoice, with the taxes that the invoice has. It lowers what is owed on the invoice; what goes beyond
     * that goes to the tenant's balance.
     */
    Invoice make(
            BillTo to,
            Invoice corrected,
            List<InvoiceLine> lines,
            List<PayoutEntry> earned,
            long position,
            String reason,
            @Nullable String requestKey,
            Instant now) {
        Invoice note = new Invoice(
                UuidCreator.getTimeOrderedEpoch(),
                InvoiceKind.CREDIT_NOTE,
                corrected.invoiceId(),
                to,
                corrected.period(),
                now);
        List<TaxRate> rates = corrected.taxes().stream()
                .map(tax -> new TaxRate(tax.name(), tax.pct()))
                .toList();
        note.requestedBy(requestKey);
        Money before = new Money(settlements.taxed(corrected.invoiceId()), to.currency());
        note.rebuild(to, Taxed.of(lines, rates, before), position, null, now);
        note = sealing.seal(invoices.saveAndFlush(note), open(corrected), reason, now);
        payouts.record(to.tenantId(), note.invoiceId(), earned);
        if (corrected.status() == InvoiceStatus.FINALIZED
                && open(corrected).amount().signum() == 0) {
            settle(corrected, "credit notes", now);
        }
        return note;
    }

    /** What is still to be paid on an invoice. */
    Money open(Invoice invoice) {
        if (invoice.status() != InvoiceStatus.FINALIZED) {
            return Money.zero(invoice.total().currency());
        }
        return invoices.openNotes(invoice.invoiceId()).stream()
                .map(Invoice::amountDue)
                .reduce(invoice.amountDue(), Money::plus);
    }

    /** Marks an invoice as paid, and with it the credit notes that lowered what was owed on it. */
    Invoice settle(Invoice invoice, @Nullable String reference, Instant now) {
        for (Invoice note : invoices.openNotes(invoice.invoiceId())) {
            note.pay(null, now);
            invoices.saveAndFlush(note);
        }
        invoice.pay(reference, now);
        return invoices.saveAndFlush(invoice);
    }

    /** The credit that was granted over an invoice under a key before. */
    Optional<Invoice> granted(Invoice invoice, String requestKey) {
        return invoices.granted(invoice.invoiceId(), requestKey);
    }

    /** How much of an invoice's period, before taxes, was charged by all documents and not credited yet. */
    Money creditable(Invoice invoice) {
        return new Money(settlements.net(invoice.invoiceId()), invoice.total().currency());
    }

    /**
     * Withdraws an invoice that is not paid, or discards a draft: what it took from the balance goes back.
     *
     * @throws Problem 409 when a document that holds is about its period
     */
    Invoice withdraw(Invoice invoice, String reason, Instant now) {
        List<String> dependents = settlements.dependents(invoice.invoiceId());
        if (!dependents.isEmpty()) {
            throw Problem.conflict(
                    "invoice-has-corrections",
                    "It was corrected already, by " + String.join(", ", dependents) + "; make a credit note instead.");
        }
        invoice.withdraw(reason, now);
        sealing.undo(invoice);
        return invoices.saveAndFlush(invoice);
    }
}
