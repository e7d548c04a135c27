package io.aitbc.coordinator.account;

import io.aitbc.coordinator.pricebook.PriceBook;
import io.aitbc.coordinator.pricing.Charge;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Pricing;
import io.aitbc.coordinator.pricing.Used;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.coordinator.usage.UsageSum;
import io.aitbc.coordinator.usage.UsageTotals;
import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/** What usage costs that is on no invoice yet. */
@Component
class UnbilledUsage {

    private final UsageTotals usage;
    private final PriceBook prices;

    UnbilledUsage(UsageTotals usage, PriceBook prices) {
        this.usage = usage;
        this.prices = prices;
    }

    /**
     * What the tenant's usage in [from, to) costs by its plan: tiers and allowances act on each calendar month of its zone, as
     * they do on monthly invoices. A minimum commitment is not usage and not in it.
     *
     * @throws Problem 422 when something used has no price
     */
    Money within(TenantTerms tenant, Instant from, Instant to) {
        PricePlan plan = prices.planOf(tenant.tenantId());
        TreeSet<Instant> months = months(from, to, tenant.timezone());
        List<Instant> boundaries = new ArrayList<>(months);
        plan.versions().forEach(version -> boundaries.add(version.from()));
        TreeMap<Instant, List<Used>> byMonth = new TreeMap<>();
        for (UsageSum sum : usage.used(List.of(tenant.tenantId()), from, to, boundaries)
                .getOrDefault(tenant.tenantId(), List.of())) {
            Instant month = months.floor(sum.used().at());
            byMonth.computeIfAbsent(month == null ? from : month, any -> new ArrayList<>())
                    .add(sum.used());
        }
        List<Money> amounts = new ArrayList<>();
        byMonth.forEach((month, used) -> charges(plan, used, month).stream()
                .filter(charge -> charge.kind() != Charge.Kind.COMMITMENT)
                .forEach(charge -> amounts.add(charge.amount())));
        return Money.sum(amounts, tenant.currency());
    }

    private static List<Charge> charges(PricePlan plan, List<Used> used, Instant month) {
        try {
            return Pricing.charges(plan, used, month);
        } catch (Pricing.NoPrice e) {
            throw Problem.unprocessable("no-price", String.valueOf(e.getMessage()));
        }
    }

    private static TreeSet<Instant> months(Instant from, Instant to, ZoneId zone) {
        TreeSet<Instant> months = new TreeSet<>();
        LocalDate month = from.atZone(zone).toLocalDate().withDayOfMonth(1).plusMonths(1);
        for (Instant start = month.atStartOfDay(zone).toInstant();
                start.isBefore(to);
                start = month.atStartOfDay(zone).toInstant()) {
            months.add(start);
            month = month.plusMonths(1);
        }
        return months;
    }
}
