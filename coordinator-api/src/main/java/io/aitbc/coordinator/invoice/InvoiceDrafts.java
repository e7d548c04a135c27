package io.aitbc.coordinator.invoice;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.coordinator.usage.PricedUsage;
import io.aitbc.coordinator.usage.UsageTotals;
import io.aitbc.coordinator.usage.Watermarks;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Builds drafts from the ledger: one per tenant and period, built anew whenever it is asked for. */
@Service
class InvoiceDrafts {

    /** A draft, and whether it was not there before. */
    record Drafted(InvoiceView invoice, boolean isNew) {}

    private final Invoices invoices;
    private final TenantDirectory tenants;
    private final UsageTotals usage;
    private final Watermarks watermarks;
    private final AuditLog audit;
    private final Clock clock;

    InvoiceDrafts(
            Invoices invoices,
            TenantDirectory tenants,
            UsageTotals usage,
            Watermarks watermarks,
            AuditLog audit,
            Clock clock) {
        this.invoices = invoices;
        this.tenants = tenants;
        this.usage = usage;
        this.watermarks = watermarks;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * The draft of a tenant's period, with every event accepted so far.
     *
     * @throws Problem 404 without such a tenant, 409 when another invoice covers part of the period, 422 when something
     *     used has no price in the tenant's currency
     */
    @Transactional
    public Drafted draft(Caller caller, String tenantId, Instant start, Instant end) {
        TenantTerms tenant = tenants.find(tenantId).orElseThrow(() -> TenantReads.unknown(tenantId));
        BillingPeriod period = BillingPeriod.meant(start, end, tenant.timezone());
        invoices.lockTenant(tenantId);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);

        Optional<Invoice> known = samePeriod(tenantId, period);
        InvoiceView before = known.map(Invoice::view).orElse(null);
        Invoice invoice = known.orElseGet(
                () -> new Invoice(UuidCreator.getTimeOrderedEpoch(), tenantId, period, tenant.currency(), now));
        // The watermark first: what is complete now is in the ledger when the next statement looks.
        Instant complete = watermarks.completeThrough().orElse(null);
        invoice.rebuild(lines(tenant, usage.priced(tenantId, period.start(), period.end())), complete, now);
        InvoiceView after = invoices.saveAndFlush(invoice).view();
        audit.record(caller, "invoice.draft", after.invoiceId().toString(), before, after);
        return new Drafted(after, before == null);
    }

    private Optional<Invoice> samePeriod(String tenantId, BillingPeriod period) {
        for (Invoice other : invoices.overlapping(tenantId, period.start(), period.end())) {
            if (other.period().equals(period) && other.isDraft()) {
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

    private static List<InvoiceLine> lines(TenantTerms tenant, List<PricedUsage> used) {
        TreeSet<String> unpriced = new TreeSet<>();
        List<InvoiceLine> lines = new ArrayList<>();
        for (PricedUsage item : used) {
            BigDecimal price = item.unitPrice();
            if (price == null) {
                unpriced.add(item.resourceType());
                continue;
            }
            lines.add(new InvoiceLine(
                    tenant.tenantId(),
                    item.resourceType(),
                    item.unit(),
                    item.quantity(),
                    price,
                    Money.charge(item.quantity(), price, tenant.currency()).amount(),
                    item.events()));
        }
        if (!unpriced.isEmpty()) {
            throw Problem.unprocessable(
                    "no-price",
                    "There is no price in " + tenant.currency().getCurrencyCode() + " for "
                            + String.join(", ", unpriced) + "; add it to the price book.");
        }
        return lines;
    }
}
