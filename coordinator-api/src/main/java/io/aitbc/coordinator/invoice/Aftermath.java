package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.payout.PayoutLedger;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.BillTo;
import io.aitbc.coordinator.usage.LedgerGate;
import io.aitbc.coordinator.usage.UsageTotals;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What happens to an invoice after it was finalized: paid, withdrawn, corrected. */
@Service
class Aftermath {

    private final InvoiceDesk desk;
    private final CreditNotes notes;
    private final LateUsage late;
    private final PayoutLedger payouts;
    private final UsageTotals usage;
    private final LedgerGate gate;
    private final AuditLog audit;

    Aftermath(
            InvoiceDesk desk,
            CreditNotes notes,
            LateUsage late,
            PayoutLedger payouts,
            UsageTotals usage,
            LedgerGate gate,
            AuditLog audit) {
        this.desk = desk;
        this.notes = notes;
        this.late = late;
        this.payouts = payouts;
        this.usage = usage;
        this.gate = gate;
        this.audit = audit;
    }

    /**
     * Marks an invoice as paid; with the same reference again nothing changes.
     *
     * @param amount what was paid, where it is said
     * @throws Problem 409 when that is not what is open
     */
    @Transactional
    public InvoiceView pay(Caller caller, UUID invoiceId, @Nullable String reference, @Nullable BigDecimal amount) {
        Invoice invoice = desk.locked(invoiceId);
        if (invoice.status() == InvoiceStatus.PAID && Objects.equals(invoice.paymentReference(), reference)) {
            return invoice.view();
        }
        requireInvoice(invoice);
        Money open = notes.open(invoice);
        if (amount != null && invoice.status() == InvoiceStatus.FINALIZED && amount.compareTo(open.amount()) != 0) {
            throw Problem.conflict(
                            "amount-differs",
                            open.amount().toPlainString() + " "
                                    + invoice.total().currency()
                                    + " are open on this invoice, not " + amount.toPlainString()
                                    + "; a part of it cannot be paid.")
                    .with("amount_open", open.amount());
        }
        InvoiceView before = invoice.view();
        InvoiceView after = notes.settle(invoice, reference, desk.now()).view();
        audit.record(caller, "invoice.pay", invoiceId.toString(), before, after);
        return after;
    }

    /** Withdraws an invoice that is not paid, or discards a draft; its period can be invoiced anew. */
    @Transactional
    public InvoiceView withdraw(Caller caller, UUID invoiceId, String reason) {
        Invoice invoice = desk.locked(invoiceId);
        requireInvoice(invoice);
        InvoiceView before = invoice.view();
        InvoiceView after = notes.withdraw(invoice, reason, desk.now()).view();
        audit.record(caller, "invoice.void", invoiceId.toString(), before, after);
        return after;
    }

    /** A credit note, and whether it was made just now. */
    record Credited(InvoiceView note, boolean isNew) {}

    /**
     * A credit note over an invoice: for what its period shrank by since, or for an amount that is granted.
     *
     * @param reason needed with an amount; null for the usual one
     * @param amount before taxes, above 0; null for what corrected usage gives
     * @param requestKey names the grant, so that the same request again is the same credit note; null for a correction
     * @throws Problem 409 when the usage did not shrink, or less is charged for the period than the amount, 422 when an amount comes
     *     without a key
     */
    @Transactional
    public Credited credit(
            Caller caller,
            UUID invoiceId,
            @Nullable String reason,
            @Nullable BigDecimal amount,
            @Nullable String requestKey) {
        Invoice invoice = desk.locked(invoiceId);
        requireInvoice(invoice);
        if (invoice.status() != InvoiceStatus.FINALIZED && invoice.status() != InvoiceStatus.PAID) {
            throw Problem.conflict("invoice-not-final", "Only a finalized invoice is corrected by a credit note.");
        }
        BillTo to = desk.payer(invoice.tenantId(), invoice.period());
        gate.exclusive(to.tenantId());
        Invoice note;
        if (amount == null) {
            note = corrected(to, invoice, Objects.requireNonNullElse(reason, CreditNotes.CORRECTED));
        } else if (reason == null) {
            throw Problem.unprocessable("invalid-request", "reason is missing: say why the amount is granted.");
        } else {
            Money granted = money(to, amount);
            Optional<Invoice> before = notes.granted(invoice, requireKey(requestKey));
            if (before.isPresent()) {
                return new Credited(requireSame(before.get(), granted, reason), false);
            }
            note = granted(to, invoice, reason, granted, requireKey(requestKey));
        }
        audit.record(caller, "invoice.credit", invoiceId.toString(), null, note.view());
        return new Credited(note.view(), true);
    }

    /** Credit notes for all periods of a tenant that shrank, in the caller's transaction, which has locked the tenant. */
    void correctAll(Caller caller, BillTo to) {
        gate.exclusive(to.tenantId());
        for (LateUsage.Change change : late.changes(to, payouts.terms(), usage.position())) {
            if (change.isShrunk()) {
                Invoice note = notes.forChange(to, change, CreditNotes.CORRECTED, desk.now());
                audit.record(
                        caller, "invoice.credit", change.settled().invoiceId().toString(), null, note.view());
            }
        }
    }

    private static String requireKey(@Nullable String requestKey) {
        if (requestKey == null) {
            throw Problem.unprocessable(
                    "idempotency-key-needed",
                    "A credit needs an Idempotency-Key header, so that sent again it is not granted twice.");
        }
        return requestKey;
    }

    private static InvoiceView requireSame(Invoice known, Money granted, String reason) {
        InvoiceView note = known.view();
        if (known.net().equals(granted.negated()) && reason.equals(note.reason())) {
            return note;
        }
        throw Problem.conflict(
                        "idempotency-key-reused",
                        "This Idempotency-Key was used for another credit; take a new one for a new credit.")
                .with("invoice_id", note.invoiceId());
    }

    private static Money money(BillTo to, BigDecimal amount) {
        if (amount.stripTrailingZeros().scale() > to.currency().getDefaultFractionDigits()) {
            throw Problem.unprocessable(
                    "amount-too-fine",
                    "amount must have at most " + to.currency().getDefaultFractionDigits() + " decimals in "
                            + to.currency().getCurrencyCode() + ".");
        }
        return new Money(amount, to.currency());
    }

    private Invoice corrected(BillTo to, Invoice invoice, String reason) {
        LateUsage.Change change = late.changes(to, payouts.terms(), usage.position()).stream()
                .filter(one -> one.settled().invoiceId().equals(invoice.invoiceId()) && one.isShrunk())
                .findFirst()
                .orElseThrow(() -> Problem.conflict(
                        "nothing-to-credit",
                        "The usage of its period has not become less since; to grant a credit, say its amount."));
        return notes.forChange(to, change, reason, desk.now());
    }

    private Invoice granted(BillTo to, Invoice invoice, String reason, Money amount, String requestKey) {
        Money left = notes.creditable(invoice);
        if (amount.amount().compareTo(left.amount()) > 0) {
            throw Problem.conflict(
                            "credit-exceeds-invoice",
                            "Of this invoice only " + left.amount().toPlainString()
                                    + " before taxes is left to credit.")
                    .with("left", left.amount());
        }
        InvoiceLine.Prior prior = new InvoiceLine.Prior(
                invoice.invoiceId(), invoice.period().start(), invoice.period().end());
        LineWords words = new LineWords(to.tenantId(), Map.of());
        List<InvoiceLine> lines = List.of(words.goodwill(reason, amount.amount(), prior));
        return notes.make(to, invoice, lines, List.of(), invoice.ledgerPosition(), reason, requestKey, desk.now());
    }

    private static void requireInvoice(Invoice invoice) {
        if (invoice.kind() != InvoiceKind.INVOICE) {
            throw Problem.conflict("not-an-invoice", "This is a credit note; nothing more can be done with it.");
        }
    }
}
