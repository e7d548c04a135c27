package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.pricing.Outcome;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Rate;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.usage.UsageEvidence;
import io.aitbc.coordinator.usage.UsageEvidence.Priced;
import io.aitbc.coordinator.usage.UsageEvidence.Selection;
import io.aitbc.coordinator.usage.UsageEvidence.Waived;
import io.aitbc.coordinator.usage.UsageRow;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Walks a line back to the events that it was computed from. Lines of several tiers share theirs. */
@Component
class LineEvents {

    private final Invoices invoices;
    private final TenantReads reads;
    private final Rater rater;
    private final UsageEvidence evidence;

    LineEvents(Invoices invoices, TenantReads reads, Rater rater, UsageEvidence evidence) {
        this.invoices = invoices;
        this.reads = reads;
        this.rater = rater;
        this.evidence = evidence;
    }

    private record Found(Invoice invoice, InvoiceLine line) {}

    /**
     * A page of a line's events.
     *
     * @throws Problem 404 without such an invoice or line that this caller may see
     */
    Page<UsageRow> page(Caller caller, UUID invoiceId, int number, @Nullable String cursor, int limit) {
        Found found = reads.read(caller, null, scope -> find(invoiceId, scope.tenantId(), number));
        // Not read as the tenant: it may see the prices that it has now, and these are those that it had.
        return of(found.invoice(), found.line())
                .map(selection -> reads.read(caller, null, scope -> evidence.page(selection, cursor, limit)))
                .orElseGet(() -> new Page<>(List.of(), null));
    }

    private Found find(UUID invoiceId, @Nullable String tenantId, int number) {
        Invoice invoice = invoices.find(invoiceId, tenantId).orElseThrow(() -> InvoiceDesk.unknown(invoiceId));
        List<InvoiceLine> lines = invoice.lines();
        if (number < 1 || number > lines.size()) {
            throw Problem.notFound("unknown-line", "The invoice has lines 1 to " + lines.size() + ".");
        }
        return new Found(invoice, lines.get(number - 1));
    }

    /** The events of a line; empty where it rests on none, as a commitment does. */
    private Optional<Selection> of(Invoice invoice, InvoiceLine line) {
        BillingPeriod period = line.prior() == null
                ? invoice.period()
                : new BillingPeriod(line.prior().priorStart(), line.prior().priorEnd());
        return switch (line.kind()) {
            case COMMITMENT, GOODWILL -> Optional.empty();
            case SLA_CREDIT ->
                Optional.ofNullable(line.evidence())
                        .map(evidence -> selection(
                                invoice, line, period, List.of(), List.of(), Priced.EITHER_WAY, evidence.minerId()));
            case OWN_PRICE ->
                Optional.of(selection(
                        invoice, line, period, List.of(), waived(plan(invoice), period), Priced.BY_THEMSELVES, null));
            case USAGE, FREE, WAIVED -> byPlan(invoice, line, period);
        };
    }

    private Optional<Selection> byPlan(Invoice invoice, InvoiceLine line, BillingPeriod period) {
        Instant from = line.priceFrom();
        PricePlan plan = plan(invoice);
        PricePlan.Version version = from == null ? null : plan.at(from).orElse(null);
        Instant until = plan.versions().stream()
                .map(PricePlan.Version::from)
                .filter(next -> from == null || next.isAfter(from))
                .findFirst()
                .orElse(period.end());
        BillingPeriod part = new BillingPeriod(
                from != null && from.isAfter(period.start()) ? from : period.start(),
                until.isBefore(period.end()) ? until : period.end());
        Priced priced = line.kind() == LineKind.WAIVED ? Priced.EITHER_WAY : Priced.BY_PLAN;
        return Optional.of(selection(
                invoice,
                line,
                part,
                line.gpuModel() == null && line.kind() != LineKind.WAIVED ? ownModels(version, line) : List.of(),
                line.kind() == LineKind.WAIVED ? List.of() : waived(plan, part),
                priced,
                null));
    }

    private PricePlan plan(Invoice invoice) {
        return rater.plan(invoice.pricePlan(), invoice.total().currency());
    }

    /** The outcomes that each version of a plan waives, within a period; before the first, those that usually are. */
    private static List<Waived> waived(PricePlan plan, BillingPeriod period) {
        List<Waived> waived = new ArrayList<>();
        Instant from = period.start();
        while (from.isBefore(period.end())) {
            Instant next = plan.nextAfter(from).orElse(period.end());
            Instant to = next.isBefore(period.end()) ? next : period.end();
            Set<Outcome> outcomes =
                    plan.at(from).map(PricePlan.Version::waived).orElse(PricePlan.Version.USUALLY_WAIVED);
            if (!outcomes.isEmpty()) {
                waived.add(new Waived(
                        from, to, outcomes.stream().map(Outcome::name).toList()));
            }
            from = to;
        }
        return waived;
    }

    private static List<String> ownModels(PricePlan.@Nullable Version version, InvoiceLine line) {
        return version == null
                ? List.of()
                : version.rates().stream()
                        .filter(rate -> rate.resourceType().equals(line.resourceType()))
                        .map(Rate::gpuModel)
                        .filter(java.util.Objects::nonNull)
                        .toList();
    }

    private static Selection selection(
            Invoice invoice,
            InvoiceLine line,
            BillingPeriod period,
            List<String> otherModels,
            List<Waived> waived,
            Priced priced,
            @Nullable String minerId) {
        boolean isWaived = line.kind() == LineKind.WAIVED;
        return new Selection(
                invoice.tenantId(),
                period.start(),
                period.end(),
                line.resourceType(),
                line.gpuModel(),
                isWaived || line.kind() == LineKind.OWN_PRICE,
                otherModels,
                priced,
                line.kind() == LineKind.OWN_PRICE ? line.unitPrice() : null,
                isWaived ? line.outcome() : null,
                waived,
                minerId,
                line.afterSeq(),
                line.throughSeq() == 0 ? invoice.ledgerPosition() : line.throughSeq());
    }
}
