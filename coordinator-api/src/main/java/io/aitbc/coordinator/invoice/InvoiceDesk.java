package io.aitbc.coordinator.invoice;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.coordinator.tenant.BillTo;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.usage.UsageSum;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Builds drafts from the ledger, one per tenant and period, built anew whenever asked for; and discards or withdraws invoices. */
@Service
class InvoiceDesk {

    /** A draft, and whether it was not there before. */
    record Drafted(InvoiceView invoice, boolean isNew) {}

    private final Invoices invoices;
    private final TenantDirectory tenants;
    private final InvoiceBuilder builder;
    private final AuditLog audit;
    private final Clock clock;

    InvoiceDesk(Invoices invoices, TenantDirectory tenants, InvoiceBuilder builder, AuditLog audit, Clock clock) {
        this.invoices = invoices;
        this.tenants = tenants;
        this.builder = builder;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * The draft of a tenant's period, with every event accepted so far.
     *
     * @param start as {@link BillingPeriod#written}
     * @throws Problem 404 without such a tenant, 409 when another invoice covers part of the period, 422 when something
     *     used has no price in the tenant's currency
     */
    @Transactional
    public Drafted draft(Caller caller, String tenantId, String start, String end) {
        ZoneId zone = tenants.find(tenantId)
                .orElseThrow(() -> TenantReads.unknown(tenantId))
                .timezone();
        BillingPeriod period = BillingPeriod.written(start, end, zone);
        BillTo to = payer(tenantId, period);
        invoices.lockTenant(tenantId);
        Optional<Invoice> known = samePeriod(tenantId, period);
        InvoiceView before = known.map(Invoice::view).orElse(null);
        InvoiceView after =
                rebuilt(to, known.orElse(null), period, null).invoice().view();
        audit.record(caller, "invoice.draft", after.invoiceId().toString(), before, after);
        return new Drafted(after, before == null);
    }

    /** A draft that was saved, and what is on it. */
    record Rebuilt(Invoice invoice, InvoiceContent content) {}

    /** Builds a draft anew, or for the first time, in the caller's transaction, which has locked the tenant. */
    Rebuilt rebuilt(BillTo to, @Nullable Invoice known, BillingPeriod period, @Nullable List<UsageSum> sums) {
        Instant now = now();
        Invoice invoice = known == null
                ? new Invoice(UuidCreator.getTimeOrderedEpoch(), InvoiceKind.INVOICE, null, to, period, now)
                : known;
        InvoiceContent content = builder.content(to, invoice.invoiceId(), period, sums);
        invoice.rebuild(to, content.taxed(), content.position(), content.complete(), now);
        return new Rebuilt(invoices.saveAndFlush(invoice), content);
    }

    /** The draft of exactly this period; a part of it on any other invoice is refused. */
    Optional<Invoice> samePeriod(String tenantId, BillingPeriod period) {
        for (Invoice other : invoices.overlapping(tenantId, period.start(), period.end())) {
            if (other.period().equals(period) && other.status() == InvoiceStatus.DRAFT) {
                return Optional.of(other);
            }
            throw Problem.conflict(
                            "invoice-overlaps",
                            "Another invoice of this tenant covers "
                                    + other.period().start() + " to "
                                    + other.period().end() + "; choose a period beside it.")
                    .with("invoice_id", other.invoiceId());
        }
        return Optional.empty();
    }

    /** Who pays for a period, by the plan that the tenant had when it ended. */
    BillTo payer(String tenantId, BillingPeriod period) {
        return tenants.billTo(tenantId, period.end()).orElseThrow(() -> TenantReads.unknown(tenantId));
    }

    /** The invoice, whose tenant is locked for the rest of the caller's transaction. */
    Invoice locked(UUID invoiceId) {
        String tenantId = invoices.tenantOf(invoiceId).orElseThrow(() -> unknown(invoiceId));
        invoices.lockTenant(tenantId);
        return invoices.find(invoiceId, tenantId).orElseThrow(() -> unknown(invoiceId));
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    static Problem unknown(UUID invoiceId) {
        return Problem.notFound("unknown-invoice", "There is no invoice " + invoiceId + ".");
    }
}
