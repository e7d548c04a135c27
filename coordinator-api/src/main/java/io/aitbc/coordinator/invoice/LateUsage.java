package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.Settlements.Charged;
import io.aitbc.coordinator.invoice.Settlements.Settled;
import io.aitbc.coordinator.payout.PayoutEntry;
import io.aitbc.coordinator.payout.PayoutLedger;
import io.aitbc.coordinator.payout.PayoutTerms;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.pricing.Used;
import io.aitbc.coordinator.tenant.BillTo;
import io.aitbc.coordinator.usage.UsageSum;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What came to the ledger after its period was invoiced. Such a period is priced anew as a whole, with the prices of its own time, and
 * what that gives beyond what was charged for it so far is charged now, or given back.
 */
@Component
class LateUsage {

    /**
     * How an invoiced period changed.
     *
     * @param throughSeq rows of the ledger up to this seq are settled by it
     * @param lines the differences; none where what came late changes nothing that is owed
     */
    record Change(Settled settled, long throughSeq, List<InvoiceLine> lines, List<PayoutEntry> earned, Money net) {

        /** Whether the tenant is owed something for it. */
        boolean isShrunk() {
            return net.amount().signum() < 0;
        }
    }

    private final Settlements settlements;
    private final Rater rater;
    private final PayoutLedger payouts;

    LateUsage(Settlements settlements, Rater rater, PayoutLedger payouts) {
        this.settlements = settlements;
        this.rater = rater;
        this.payouts = payouts;
    }

    /** The changes of all invoiced periods of a tenant, the earliest first. */
    List<Change> changes(BillTo to, PayoutTerms terms, long position) {
        return settlements.withLateUsage(to.tenantId()).stream()
                .map(settled -> change(to, settled, terms, position))
                .toList();
    }

    private Change change(BillTo to, Settled settled, PayoutTerms terms, long position) {
        RatedPeriod now = rater.rate(to, settled.pricePlan(), settled.period(), terms);
        List<UsageSum> late = rater.late(to, now.plan(), settled.period(), terms, settled.settledThrough(), position);
        LineWords words = new LineWords(to.tenantId(), rater.units(), now.plan());
        InvoiceLine.Prior prior = new InvoiceLine.Prior(
                settled.invoiceId(), settled.period().start(), settled.period().end());
        Map<RatedPeriod.Key, RatedPeriod.Together> after = now.byKey();
        Map<RatedPeriod.Key, Charged> before = settlements.charged(settled.invoiceId());
        Set<RatedPeriod.Key> keys = new LinkedHashSet<>(after.keySet());
        keys.addAll(before.keySet());
        List<InvoiceLine> lines = new ArrayList<>();
        Money net = Money.zero(to.currency());
        for (RatedPeriod.Key key : keys) {
            RatedPeriod.Together is = after.get(key);
            Charged was = before.getOrDefault(key, new Charged(BigDecimal.ZERO, BigDecimal.ZERO));
            // What is beyond the digits of a line is no change.
            BigDecimal quantity = InvoiceLine.rounded(is == null ? BigDecimal.ZERO : is.quantity())
                    .subtract(was.quantity());
            BigDecimal amount = (is == null ? BigDecimal.ZERO : is.amount()).subtract(was.amount());
            boolean same = key.kind() == LineKind.COMMITMENT
                    ? amount.signum() == 0
                    : quantity.signum() == 0 && amount.signum() == 0;
            if (!same) {
                net = net.plus(new Money(amount, to.currency()));
                lines.add(
                        words.line(key, quantity, amount, events(late, is), prior, settled.settledThrough(), position));
            }
        }
        List<PayoutEntry> earned = new ArrayList<>(earned(settled, now, terms));
        if (!lines.isEmpty()) {
            BigDecimal back = BigDecimal.ZERO;
            for (Settlements.EpisodeCredit credit : uncredited(settled, now, terms)) {
                Money amount = new Money(credit.amount(), to.currency());
                lines.add(words.uncredited(credit.episode(), credit.amount(), prior));
                earned.add(new PayoutEntry(
                        settled.invoiceId(),
                        credit.episode().minerId(),
                        PayoutEntry.Kind.SLA_CREDIT,
                        null,
                        BigDecimal.ONE,
                        amount,
                        amount));
                net = net.plus(amount);
                back = back.add(credit.amount());
            }
            Money surplus = surplus(settled, after, back, to);
            if (surplus.amount().signum() > 0) {
                net = net.plus(surplus);
                lines.add(words.ungranted(surplus.amount(), prior));
            }
        }
        return new Change(settled, position, lines, earned, net);
    }

    /** What was granted for a period beyond what is still charged for it: nobody gets back more than it was charged. */
    private Money surplus(
            Settled settled, Map<RatedPeriod.Key, RatedPeriod.Together> after, BigDecimal takenBack, BillTo to) {
        BigDecimal charged =
                after.values().stream().map(RatedPeriod.Together::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        return new Money(
                settlements.granted(settled.invoiceId()).subtract(takenBack).subtract(charged.max(BigDecimal.ZERO)),
                to.currency());
    }

    /** How much of each SLA credit is beyond what is still charged for the miner's work; the miner gets it back. */
    private List<Settlements.EpisodeCredit> uncredited(Settled settled, RatedPeriod now, PayoutTerms terms) {
        List<Settlements.EpisodeCredit> credits = settlements.episodeCredits(settled.invoiceId());
        Map<String, BigDecimal> left = new HashMap<>();
        if (!credits.isEmpty()) {
            now.earned(settled.invoiceId(), terms)
                    .forEach(work -> left.merge(work.minerId(), work.charge().amount(), BigDecimal::add));
        }
        List<Settlements.EpisodeCredit> uncredited = new ArrayList<>();
        for (Settlements.EpisodeCredit credit : credits) {
            String miner = credit.episode().minerId();
            BigDecimal kept = credit.amount()
                    .min(left.getOrDefault(miner, BigDecimal.ZERO).max(BigDecimal.ZERO));
            left.merge(miner, kept.negate(), BigDecimal::add);
            if (kept.compareTo(credit.amount()) < 0) {
                uncredited.add(new Settlements.EpisodeCredit(
                        credit.episode(), credit.amount().subtract(kept)));
            }
        }
        return uncredited;
    }

    /** How many of the late events are of the usage that a charge was computed from. */
    private static long events(List<UsageSum> late, RatedPeriod.@Nullable Together charged) {
        if (charged == null) {
            return 0;
        }
        Set<List<@Nullable Object>> groups = new java.util.HashSet<>();
        charged.one().portion().forEach(used -> groups.add(group(used)));
        return late.stream()
                .filter(sum -> groups.contains(group(sum.used())))
                .mapToLong(UsageSum::events)
                .sum();
    }

    private static List<@Nullable Object> group(Used used) {
        return Arrays.asList(
                used.at(), used.resourceType(), used.gpuModel(), used.ownPrice(), used.outcome(), used.minerId());
    }

    private List<PayoutEntry> earned(Settled settled, RatedPeriod now, PayoutTerms terms) {
        Map<List<@Nullable Object>, PayoutEntry> before = new HashMap<>();
        for (PayoutEntry entry : payouts.about(settled.invoiceId())) {
            if (entry.kind() == PayoutEntry.Kind.WORK) {
                before.merge(Arrays.asList(entry.minerId(), entry.resourceType()), entry, PayoutEntry::plus);
            }
        }
        Map<List<@Nullable Object>, PayoutEntry> changed = new LinkedHashMap<>();
        for (PayoutEntry entry : now.earned(settled.invoiceId(), terms)) {
            PayoutEntry was = before.remove(Arrays.asList(entry.minerId(), entry.resourceType()));
            changed.put(
                    Arrays.asList(entry.minerId(), entry.resourceType()),
                    was == null ? entry : entry.plus(was.negated()));
        }
        before.forEach((key, entry) -> changed.put(key, entry.negated()));
        return changed.values().stream().filter(entry -> !entry.isNothing()).toList();
    }
}
