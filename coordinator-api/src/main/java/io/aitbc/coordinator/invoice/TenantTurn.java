package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.BillingRun.Due;
import io.aitbc.coordinator.tenant.BillTo;
import io.aitbc.coordinator.usage.UsageSum;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** One tenant's turn in a run. Whoever else works on the same tenant waits, and finds it done. */
@Service
class TenantTurn {

    /** There is nothing to put on an invoice; what was begun is taken back, its number too. */
    static final class NothingToBill extends RuntimeException {

        private static final long serialVersionUID = 1;
        private final transient BillingPeriod period;
        private final long position;
        private final transient Instant at;

        /** What was looked at is the ledger up to a position, and all that was there at a time. */
        NothingToBill(BillingPeriod period, long position, Instant at) {
            super("nothing to bill from " + period.start() + " to " + period.end(), null, false, false);
            this.period = period;
            this.position = position;
            this.at = at;
        }

        BillingPeriod period() {
            return period;
        }
    }

    private final InvoiceDesk desk;
    private final Closing closing;
    private final Invoices invoices;
    private final BulkSums bulk;
    private final BillingRuns runs;
    private final DueTenants tenants;
    private final Aftermath aftermath;
    private final AuditLog audit;

    TenantTurn(
            InvoiceDesk desk,
            Closing closing,
            Invoices invoices,
            BulkSums bulk,
            BillingRuns runs,
            DueTenants tenants,
            Aftermath aftermath,
            AuditLog audit) {
        this.desk = desk;
        this.closing = closing;
        this.invoices = invoices;
        this.bulk = bulk;
        this.runs = runs;
        this.tenants = tenants;
        this.aftermath = aftermath;
        this.audit = audit;
    }

    /**
     * Drafts or finalizes the next part of the month that is on no invoice yet, in a transaction of its own.
     *
     * @param sums of the whole month's usage, summed up before
     * @param after only parts that begin at this time or later
     * @return the part; empty when there is none left
     * @throws NothingToBill when it would have no lines
     * @throws Problem why it cannot be invoiced
     */
    @Transactional
    public Optional<BillingPeriod> next(BillingRun run, Due due, List<UsageSum> sums, Instant after) {
        invoices.lockTenant(due.tenantId());
        BillTo to = desk.payer(due.tenantId(), due.period());
        Optional<MonthParts.Part> next = MonthParts.of(
                        due.period(),
                        invoices.overlapping(
                                due.tenantId(),
                                due.period().start(),
                                due.period().end()))
                .stream()
                .filter(part -> !part.period().start().isBefore(after))
                .filter(part -> run.finalizes() || part.draft() == null)
                .findFirst();
        next.ifPresent(part -> make(run, due, to, part, known(due, to, part, sums)));
        return next.map(MonthParts.Part::period);
    }

    /** Credit notes for earlier periods that shrank, for a tenant that gets no invoice on whose occasion they would be made. */
    @Transactional
    public void correct(Due due, NothingToBill nothing) {
        invoices.lockTenant(due.tenantId());
        aftermath.correctAll(Caller.system(), desk.payer(due.tenantId(), due.period()));
        tenants.looked(due.tenantId(), nothing.position, nothing.at);
    }

    private @Nullable List<UsageSum> known(Due due, BillTo to, MonthParts.Part part, List<UsageSum> sums) {
        boolean same = part.period().equals(due.period())
                && to.pricePlan().equals(due.pricePlan())
                && to.currency().getCurrencyCode().equals(due.currency());
        return same ? bulk.ifStillAll(due, sums) : null;
    }

    private void make(BillingRun run, Due due, BillTo to, MonthParts.Part part, @Nullable List<UsageSum> known) {
        Invoice draft = part.draft();
        requireWithin(due.period(), part);
        InvoiceView before = draft == null ? null : draft.view();
        Invoice made = run.finalizes()
                ? closing.finished(to, draft, part.period(), known, null)
                : desk.rebuilt(to, null, part.period(), known).invoice();
        // A stretch that is left over, as by a change of the tenant's zone, is no month that could have a commitment.
        boolean isWhole = part.period().equals(due.period());
        if (made.lines().stream().allMatch(line -> !isWhole && line.kind() == LineKind.COMMITMENT)) {
            throw new NothingToBill(
                    part.period(), made.ledgerPosition(), made.view().rebuiltAt());
        }
        runs.made(run.runId(), made.invoiceId());
        audit.record(
                Caller.system(),
                run.finalizes() ? "invoice.finalize" : "invoice.draft",
                made.invoiceId().toString(),
                before,
                made.view());
    }

    private static void requireWithin(BillingPeriod month, MonthParts.Part part) {
        BillingPeriod period = part.period();
        if (period.start().isBefore(month.start()) || period.end().isAfter(month.end())) {
            throw Problem.conflict(
                    "draft-overlaps",
                    "A draft covers " + period.start() + " to " + period.end()
                            + ", beyond this month; finalize it or discard it.");
        }
    }
}
