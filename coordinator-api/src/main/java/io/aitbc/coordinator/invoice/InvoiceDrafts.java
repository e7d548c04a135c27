package io.aitbc.coordinator.invoice;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.coordinator.pricebook.PriceBook;
import io.aitbc.coordinator.pricing.Charge;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Pricing;
import io.aitbc.coordinator.pricing.Used;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.coordinator.usage.ResourceType;
import io.aitbc.coordinator.usage.ResourceTypes;
import io.aitbc.coordinator.usage.UsageTotals;
import io.aitbc.coordinator.usage.Watermarks;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Builds drafts from the ledger: one per tenant and period, built anew whenever it is asked for. */
@Service
class InvoiceDrafts {

    /** A draft, and whether it was not there before. */
    record Drafted(InvoiceView invoice, boolean isNew) {}

    private final Invoices invoices;
    private final TenantDirectory tenants;
    private final PriceBook prices;
    private final UsageTotals usage;
    private final ResourceTypes resources;
    private final Watermarks watermarks;
    private final AuditLog audit;
    private final Clock clock;

    InvoiceDrafts(
            Invoices invoices,
            TenantDirectory tenants,
            PriceBook prices,
            UsageTotals usage,
            ResourceTypes resources,
            Watermarks watermarks,
            AuditLog audit,
            Clock clock) {
        this.invoices = invoices;
        this.tenants = tenants;
        this.prices = prices;
        this.usage = usage;
        this.resources = resources;
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
        invoice.rebuild(lines(tenantId, period), complete, now);
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

    private List<InvoiceLine> lines(String tenantId, BillingPeriod period) {
        PricePlan plan = prices.planOf(tenantId);
        List<Instant> changes =
                plan.versions().stream().map(PricePlan.Version::from).toList();
        Map<Used, Long> events = new LinkedHashMap<>();
        usage.used(List.of(tenantId), period.start(), period.end(), changes)
                .getOrDefault(tenantId, List.of())
                .forEach(sum -> events.put(sum.used(), sum.events()));
        try {
            return Pricing.charges(plan, events.keySet(), period.start()).stream()
                    .map(charge -> line(tenantId, charge, events))
                    .toList();
        } catch (Pricing.NoPrice e) {
            throw Problem.unprocessable("no-price", String.valueOf(e.getMessage()));
        }
    }

    private InvoiceLine line(String tenantId, Charge charge, Map<Used, Long> events) {
        String resource = charge.resourceType();
        ResourceType type = resource == null ? null : resources.all().get(resource);
        return new InvoiceLine(
                tenantId,
                resource == null ? "minimum_commitment" : resource,
                type == null ? "period" : type.unit(),
                charge.quantity().setScale(8, RoundingMode.HALF_UP),
                charge.unitPrice(),
                charge.amount().amount(),
                charge.portion().stream()
                        .mapToLong(used -> events.getOrDefault(used, 0L))
                        .sum());
    }
}
