package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.Settlements.Settled;
import io.aitbc.coordinator.payout.PayoutEntry;
import io.aitbc.coordinator.payout.PayoutLedger;
import io.aitbc.coordinator.payout.PayoutTerms;
import io.aitbc.coordinator.pricing.Charge;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.pricing.Used;
import io.aitbc.coordinator.sla.SlaEpisode;
import io.aitbc.coordinator.sla.SlaEpisodes;
import io.aitbc.coordinator.tenant.BillTo;
import io.aitbc.coordinator.usage.UsageTotals;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Credits for closed, unexcused episodes of SLA violations: a part of what the tenant was charged for that miner's work at that
 * time. An episode that closes after its time was invoiced is credited on the next invoice.
 */
@Component
class SlaCrediting {

    /** Credit lines, and what the miners bear for them. */
    record Credited(List<InvoiceLine> lines, List<PayoutEntry> recovered) {}

    private static final Duration LOOKED_BACK = Duration.ofDays(400);
    private static final int SCALE = 20;
    private static final int PERCENT = 2;

    private final SlaEpisodes episodes;
    private final Settlements settlements;
    private final PayoutLedger payouts;
    private final UsageTotals usage;
    private final Rater rater;

    SlaCrediting(SlaEpisodes episodes, Settlements settlements, PayoutLedger payouts, UsageTotals usage, Rater rater) {
        this.episodes = episodes;
        this.settlements = settlements;
        this.payouts = payouts;
        this.usage = usage;
        this.rater = rater;
    }

    /**
     * What is due in an invoice's own period, and, not credited so far, in earlier ones: of those no more than what still stands of
     * their charges.
     *
     * @param changes of earlier periods that are charged or given back together with it
     */
    Credited credits(
            BillTo to, UUID invoiceId, RatedPeriod own, PayoutTerms terms, Collection<LateUsage.Change> changes) {
        List<InvoiceLine> lines = new ArrayList<>();
        List<PayoutEntry> recovered = new ArrayList<>();
        Instant since = own.period().start().minus(LOOKED_BACK);
        for (Settled earlier : settlements.since(to.tenantId(), since)) {
            Set<String> miners = payouts.about(earlier.invoiceId()).stream()
                    .map(PayoutEntry::minerId)
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<UUID> credited = settlements.creditedEpisodes(earlier.invoiceId());
            List<SlaEpisode> found = found(miners, earlier.period(), credited);
            if (found.stream().allMatch(episode -> credited.contains(episode.episodeId()))) {
                continue;
            }
            RatedPeriod rated = rater.rate(to, earlier.pricePlan(), earlier.period(), terms);
            InvoiceLine.Prior prior = new InvoiceLine.Prior(
                    earlier.invoiceId(),
                    earlier.period().start(),
                    earlier.period().end());
            add(to, rated, found, credited, left(earlier, changes), prior, terms, lines, recovered);
        }
        List<SlaEpisode> found = found(own.miners(), own.period(), Set.of());
        Left all = new Left(
                invoiceId,
                Money.sum(own.charges().stream().map(Charge::amount).toList(), to.currency())
                        .amount());
        add(to, own, found, Set.of(), all, null, terms, lines, recovered);
        return new Credited(lines, recovered);
    }

    /** What stands of a period's charges, before taxes, and can be given back; what is given is taken off it. */
    private static final class Left {

        private final UUID about;
        private BigDecimal amount;

        Left(UUID about, BigDecimal amount) {
            this.about = about;
            this.amount = amount.max(BigDecimal.ZERO);
        }

        Money take(Money due) {
            BigDecimal given = due.amount().min(amount);
            amount = amount.subtract(given);
            return new Money(given, due.currency());
        }
    }

    private Left left(Settled earlier, Collection<LateUsage.Change> changes) {
        BigDecimal changed = changes.stream()
                .filter(change -> change.settled().invoiceId().equals(earlier.invoiceId()))
                .map(change -> change.net().amount())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return new Left(
                earlier.invoiceId(), settlements.net(earlier.invoiceId()).add(changed));
    }

    private List<SlaEpisode> found(Set<String> miners, BillingPeriod period, Set<UUID> credited) {
        return miners.isEmpty() ? List.of() : episodes.closed(miners, period.start(), period.end(), credited);
    }

    private void add(
            BillTo to,
            RatedPeriod rated,
            List<SlaEpisode> found,
            Set<UUID> credited,
            Left left,
            InvoiceLine.@Nullable Prior prior,
            PayoutTerms terms,
            List<InvoiceLine> lines,
            List<PayoutEntry> recovered) {
        LineWords words = new LineWords(to.tenantId(), Map.of());
        Map<String, List<SlaEpisode>> byMiner = found.stream()
                .collect(Collectors.groupingBy(SlaEpisode::minerId, java.util.TreeMap::new, Collectors.toList()));
        byMiner.forEach((miner, theirs) -> {
            for (SlaCredits.Credit credit : SlaCredits.of(theirs, rated.plan(), rated.period(), credited)) {
                BigDecimal charged = credit.windows().stream()
                        .map(window -> charged(to, rated, terms, miner, window))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                Money due = left.take(Money.rounded(
                        charged.multiply(credit.level().creditPct()).movePointLeft(PERCENT), to.currency()));
                if (due.amount().signum() > 0) {
                    lines.add(words.credit(credit, due.amount(), prior, to.timezone()));
                    recovered.add(new PayoutEntry(
                            left.about,
                            miner,
                            PayoutEntry.Kind.SLA_CREDIT,
                            null,
                            BigDecimal.ONE.negate(),
                            due.negated(),
                            due.negated()));
                }
            }
        });
    }

    /** What was charged for a miner's work within a window: of each charge its part by quantity. */
    private BigDecimal charged(BillTo to, RatedPeriod rated, PayoutTerms terms, String miner, BillingPeriod window) {
        BillingPeriod period = rated.period();
        Map<Used, BigDecimal> within = usage.within(
                to.tenantId(),
                miner,
                period.start(),
                period.end(),
                RatedPeriod.boundaries(period, rated.plan(), terms),
                window.start(),
                window.end());
        BigDecimal sum = BigDecimal.ZERO;
        for (Charge charge : rated.charges()) {
            BigDecimal whole = charge.portion().stream().map(Used::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal part = charge.portion().stream()
                    .map(used -> within.getOrDefault(used.withQuantity(BigDecimal.ZERO), BigDecimal.ZERO))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            if (whole.signum() != 0 && part.signum() != 0) {
                sum = sum.add(charge.amount().amount().multiply(part).divide(whole, SCALE, RoundingMode.HALF_UP));
            }
        }
        return sum;
    }
}
