package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.payout.PayoutLedger;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.BillTo;
import io.aitbc.coordinator.usage.LedgerGate;
import io.aitbc.coordinator.usage.UsageSum;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Makes drafts what is owed. */
@Service
class Closing {

    private final InvoiceDesk desk;
    private final Sealing sealing;
    private final CreditNotes notes;
    private final Settlements settlements;
    private final PayoutLedger payouts;
    private final LedgerGate gate;
    private final AuditLog audit;

    Closing(
            InvoiceDesk desk,
            Sealing sealing,
            CreditNotes notes,
            Settlements settlements,
            PayoutLedger payouts,
            LedgerGate gate,
            AuditLog audit) {
        this.desk = desk;
        this.sealing = sealing;
        this.notes = notes;
        this.settlements = settlements;
        this.payouts = payouts;
        this.gate = gate;
        this.audit = audit;
    }

    /**
     * Builds a draft a last time and makes it what is owed; finalized before, it is answered as it is.
     *
     * @param override why it is finalized although its period is not over, or producers may still have usage of it
     * @throws Problem 409 when it is void, or not complete and nobody says why that does not matter
     */
    @Transactional
    public InvoiceView finalizeDraft(Caller caller, UUID invoiceId, @Nullable String override) {
        Invoice draft = desk.locked(invoiceId);
        if (draft.kind() == InvoiceKind.INVOICE
                && (draft.status() == InvoiceStatus.FINALIZED || draft.status() == InvoiceStatus.PAID)) {
            return draft.view();
        }
        if (draft.status() == InvoiceStatus.VOID) {
            throw Problem.conflict("invoice-is-void", "The invoice is void; draft its period anew.");
        }
        InvoiceView before = draft.view();
        InvoiceView after = finished(
                        desk.payer(draft.tenantId(), draft.period()), draft, draft.period(), null, override)
                .view();
        audit.record(caller, "invoice.finalize", invoiceId.toString(), before, after);
        return after;
    }

    /**
     * The finalized invoice of a period, in the caller's transaction, which has locked the tenant.
     *
     * @param draft null where there is none yet
     * @param sums of the period's usage; used if they are still all there is
     */
    Invoice finished(
            BillTo to,
            @Nullable Invoice draft,
            BillingPeriod period,
            @Nullable List<UsageSum> sums,
            @Nullable String override) {
        gate.exclusive(to.tenantId());
        InvoiceDesk.Rebuilt rebuilt = desk.rebuilt(to, draft, period, sums);
        Instant now = desk.now();
        InvoiceContent content = rebuilt.content();
        requireComplete(period, content, override, now);
        Invoice sealed = sealing.seal(rebuilt.invoice(), Money.zero(to.currency()), override, now);
        payouts.record(to.tenantId(), sealed.invoiceId(), content.earned());
        content.grown()
                .forEach(change ->
                        settlements.settle(change.settled().invoiceId(), change.throughSeq(), sealed.invoiceId()));
        content.shrunk().forEach(change -> notes.forChange(to, change, CreditNotes.CORRECTED, now));
        return sealed;
    }

    private static void requireComplete(
            BillingPeriod period, InvoiceContent content, @Nullable String override, Instant now) {
        if (override != null) {
            return;
        }
        if (period.end().isAfter(now)) {
            throw Problem.conflict(
                    "period-not-over",
                    "The period lasts until " + period.end() + "; wait, or say in override_reason why not.");
        }
        Instant complete = content.complete();
        if (complete != null && complete.isBefore(period.end())) {
            throw Problem.conflict(
                            "usage-incomplete",
                            "Not every pool has sent its usage until " + period.end() + ", only until " + complete
                                    + "; wait for it, or say in override_reason why not.")
                    .with("complete_through", complete);
        }
        if (content.quarantined() > 0) {
            throw Problem.conflict(
                            "usage-in-quarantine",
                            content.quarantined() + " event(s) of the tenant were refused since the period began;"
                                    + " mend and replay them, or dismiss them, or say in override_reason why not.")
                    .with("quarantined", content.quarantined());
        }
    }
}
