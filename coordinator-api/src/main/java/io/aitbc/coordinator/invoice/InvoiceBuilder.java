package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.payout.PayoutEntry;
import io.aitbc.coordinator.payout.PayoutLedger;
import io.aitbc.coordinator.payout.PayoutTerms;
import io.aitbc.coordinator.tenant.BillTo;
import io.aitbc.coordinator.usage.UsageSum;
import io.aitbc.coordinator.usage.UsageTotals;
import io.aitbc.coordinator.usage.Watermarks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts together what goes on an invoice, from the ledger and from what was invoiced before. */
@Component
class InvoiceBuilder {

    private final Rater rater;
    private final LateUsage late;
    private final SlaCrediting crediting;
    private final PayoutLedger payouts;
    private final UsageTotals usage;
    private final Watermarks watermarks;

    InvoiceBuilder(
            Rater rater,
            LateUsage late,
            SlaCrediting crediting,
            PayoutLedger payouts,
            UsageTotals usage,
            Watermarks watermarks) {
        this.rater = rater;
        this.late = late;
        this.crediting = crediting;
        this.payouts = payouts;
        this.usage = usage;
        this.watermarks = watermarks;
    }

    /**
     * The content as it is now.
     *
     * @param known the period's usage, summed up before; null to sum it up now
     */
    InvoiceContent content(BillTo to, UUID invoiceId, BillingPeriod period, @Nullable List<UsageSum> known) {
        // Both first: what they tell of is in the ledger when the next statements look.
        Instant complete = watermarks.completeThrough().orElse(null);
        long position = usage.position();
        long quarantined = usage.quarantined(to.tenantId(), period.start());
        PayoutTerms terms = payouts.terms();
        RatedPeriod own = known == null
                ? rater.rate(to, to.pricePlan(), period, terms)
                : Rater.priced(to.pricePlan(), period, rater.plan(to.pricePlan(), to.currency()), known);
        List<InvoiceLine> lines = new ArrayList<>(lines(to, own, position));
        List<PayoutEntry> earned = new ArrayList<>(own.earned(invoiceId, terms));
        List<LateUsage.Change> grown = new ArrayList<>();
        List<LateUsage.Change> shrunk = new ArrayList<>();
        List<LateUsage.Change> changes = late.changes(to, terms, position);
        for (LateUsage.Change change : changes) {
            if (change.isShrunk()) {
                shrunk.add(change);
            } else {
                grown.add(change);
                lines.addAll(change.lines());
                earned.addAll(change.earned());
            }
        }
        SlaCrediting.Credited credited = crediting.credits(to, invoiceId, own, terms, changes);
        lines.addAll(credited.lines());
        earned.addAll(credited.recovered());
        return new InvoiceContent(
                to,
                position,
                complete,
                quarantined,
                Taxed.of(lines, to.taxRates(), to.currency()),
                earned,
                grown,
                shrunk);
    }

    private List<InvoiceLine> lines(BillTo to, RatedPeriod own, long position) {
        LineWords words = new LineWords(to.tenantId(), rater.units(), own.plan());
        List<InvoiceLine> lines = new ArrayList<>();
        own.charges()
                .forEach(charge -> lines.add(words.line(
                        RatedPeriod.Key.of(charge),
                        charge.quantity(),
                        charge.amount().amount(),
                        own.eventCount(charge),
                        null,
                        0,
                        position)));
        return lines;
    }
}
