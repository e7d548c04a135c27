package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.BillingRun.Due;
import io.aitbc.coordinator.payout.PayoutLedger;
import io.aitbc.coordinator.payout.PayoutTerms;
import io.aitbc.coordinator.usage.LedgerGate;
import io.aitbc.coordinator.usage.UsageSum;
import io.aitbc.coordinator.usage.UsageTotals;
import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The usage of many tenants, summed up at once; and whether such a sum is still all there is. */
@Component
class BulkSums {

    /** What can be summed up by one statement: the same period, and prices that change at the same times. */
    record Group(BillingPeriod period, Set<Instant> boundaries) {}

    /** By what tenants are charged. */
    private record Terms(BillingPeriod period, String pricePlan, String currency) {}

    private final Rater rater;
    private final PayoutLedger payouts;
    private final UsageTotals usage;
    private final LedgerGate gate;

    BulkSums(Rater rater, PayoutLedger payouts, UsageTotals usage, LedgerGate gate) {
        this.rater = rater;
        this.payouts = payouts;
        this.usage = usage;
        this.gate = gate;
    }

    /** Tenants by the statement that sums up their usage, in their order. */
    Collection<List<Due>> grouped(List<Due> due) {
        PayoutTerms payout = payouts.terms();
        Map<Terms, Group> groups = new HashMap<>();
        Map<Group, List<Due>> grouped = new LinkedHashMap<>();
        for (Due one : due) {
            Group group = groups.computeIfAbsent(
                    new Terms(one.period(), one.pricePlan(), one.currency()), terms -> group(terms, payout));
            grouped.computeIfAbsent(group, any -> new ArrayList<>()).add(one);
        }
        return grouped.values();
    }

    /** What tenants of one group used; those who used nothing are left out. */
    Map<String, List<UsageSum>> of(List<Due> sameGroup) {
        Due any = sameGroup.get(0);
        Group group = group(new Terms(any.period(), any.pricePlan(), any.currency()), payouts.terms());
        return usage.used(
                sameGroup.stream().map(Due::tenantId).toList(),
                group.period().start(),
                group.period().end(),
                group.boundaries());
    }

    /**
     * The sums, if the tenant's ledger has no more than them; else null: then it has to be summed up again. Holds the tenant's
     * gate for the rest of the caller's transaction, so that the answer stays true.
     */
    @Nullable
    List<UsageSum> ifStillAll(Due due, List<UsageSum> sums) {
        gate.exclusive(due.tenantId());
        long events = sums.stream().mapToLong(UsageSum::events).sum();
        return usage.count(due.tenantId(), due.period().start(), due.period().end()) == events ? sums : null;
    }

    private Group group(Terms terms, PayoutTerms payout) {
        try {
            return new Group(
                    terms.period(),
                    RatedPeriod.boundaries(
                            terms.period(),
                            rater.plan(terms.pricePlan(), Currency.getInstance(terms.currency())),
                            payout));
        } catch (Problem noSuchPlan) {
            // Each tenant's own turn says so.
            return new Group(terms.period(), Set.of());
        }
    }
}
