package io.aitbc.coordinator.pricebook;

import io.aitbc.coordinator.pricing.Charge;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Pricing;
import io.aitbc.coordinator.pricing.Used;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.coordinator.usage.ResourceTypes;
import io.aitbc.coordinator.usage.UsageSum;
import io.aitbc.coordinator.usage.UsageTotals;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/** Prices a past period twice, as it was and as it would have been, and writes nothing. */
@Service
class PriceSimulator {

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
    private static final Duration LONGEST = Duration.ofDays(400);
    // So many tenants' sums are in memory at a time.
    private static final int TENANTS_AT_ONCE = 500;

    private final TenantDirectory tenants;
    private final PriceBook book;
    private final UsageTotals usage;
    private final ResourceTypes resources;
    private final Clock clock;

    PriceSimulator(TenantDirectory tenants, PriceBook book, UsageTotals usage, ResourceTypes resources, Clock clock) {
        this.tenants = tenants;
        this.book = book;
        this.usage = usage;
        this.resources = resources;
        this.clock = clock;
    }

    private record Period(Instant start, Instant end) {}

    /**
     * Compares. In a read-only transaction, so that the database itself refuses to write.
     *
     * @throws Problem 422 when the version breaks a rule of pricing, or the period is empty or longer than 400 days, 404
     *     when the plan that is named does not exist in the version's currency
     */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    public Simulation simulate(Simulation.Asked asked) {
        VersionShape shape = asked.version();
        if (shape == null) {
            throw Problem.unprocessable("invalid-request", "version is missing.");
        }
        if (shape.rates() != null && shape.rates().isEmpty()) {
            throw Problem.unprocessable(
                    "invalid-request", "version.rates must hold at least one rate to compare with.");
        }
        Period period = period(asked);
        Currency currency = VersionReader.currency(shape.currency());
        if (asked.plan() != null && !book.has(asked.plan(), currency)) {
            throw Problem.notFound(
                    "unknown-price-plan",
                    "There is no such price plan in " + currency.getCurrencyCode()
                            + "; GET /api/price-plans lists all.");
        }
        PricePlan proposed = new PricePlan(
                currency,
                List.of(VersionReader.read(shape, Instant.EPOCH, resources.all().keySet())));
        List<String> meant = new ArrayList<>(
                asked.tenantIds() == null
                        ? tenants.onPlan(Objects.requireNonNullElse(asked.plan(), "default"), currency)
                        : named(asked.tenantIds()));
        Comparison comparison = new Comparison(proposed, period);
        for (int i = 0; i < meant.size(); i += TENANTS_AT_ONCE) {
            comparison.add(meant.subList(i, Math.min(meant.size(), i + TENANTS_AT_ONCE)));
        }
        return comparison.done();
    }

    private Period period(Simulation.Asked asked) {
        if ((asked.periodStart() == null) != (asked.periodEnd() == null)) {
            throw Problem.unprocessable("half-a-period", "Send period_start and period_end, or neither.");
        }
        if (asked.periodStart() == null || asked.periodEnd() == null) {
            YearMonth month = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
            return new Period(begin(month.minusMonths(1)), begin(month));
        }
        Instant start = asked.periodStart();
        Instant end = asked.periodEnd();
        if (start.isBefore(EARLIEST) || end.isAfter(LATEST)) {
            throw Problem.unprocessable("period-out-of-range", "The period must lie within the years 2000 to 2199.");
        }
        if (!start.isBefore(end) || Duration.between(start, end).compareTo(LONGEST) > 0) {
            throw Problem.unprocessable(
                    "bad-period", "period_start must be before period_end, by at most " + LONGEST.toDays() + " days.");
        }
        return new Period(start.truncatedTo(ChronoUnit.MICROS), end.truncatedTo(ChronoUnit.MICROS));
    }

    private static Instant begin(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static Collection<String> named(List<@Nullable String> ids) {
        TreeSet<String> distinct = new TreeSet<>();
        for (String id : ids) {
            if (id == null) {
                throw Problem.unprocessable("invalid-request", "tenant_ids must not hold null.");
            }
            distinct.add(id);
        }
        return distinct;
    }

    /** The answer while it grows. */
    private final class Comparison {

        private final PricePlan proposed;
        private final Period period;
        private final List<Simulation.OfTenant> compared = new ArrayList<>();
        private final List<Simulation.Skipped> skipped = new ArrayList<>();

        Comparison(PricePlan proposed, Period period) {
            this.proposed = proposed;
            this.period = period;
        }

        void add(List<String> tenantIds) {
            Map<String, TenantTerms> terms = tenants.find(tenantIds);
            Map<String, PricePlan> plans = book.plansOf(tenantIds);
            List<Instant> changes = plans.values().stream()
                    .flatMap(plan -> plan.versions().stream())
                    .map(PricePlan.Version::from)
                    .toList();
            Map<String, List<UsageSum>> used = usage.used(terms.keySet(), period.start(), period.end(), changes);
            for (String tenantId : tenantIds) {
                TenantTerms term = terms.get(tenantId);
                PricePlan plan = plans.get(tenantId);
                if (term == null) {
                    skip(tenantId, "There is no such tenant.");
                } else if (!term.currency().equals(proposed.currency())) {
                    skip(tenantId, "It is billed in " + term.currency().getCurrencyCode() + ".");
                } else if (plan == null) {
                    skip(tenantId, "Its price plan does not exist in its currency.");
                } else {
                    compare(
                            tenantId,
                            plan,
                            used.getOrDefault(tenantId, List.of()).stream()
                                    .map(UsageSum::used)
                                    .toList());
                }
            }
        }

        private void compare(String tenantId, PricePlan plan, List<Used> used) {
            try {
                List<Charge> now = Pricing.charges(plan, used, period.start());
                List<Charge> then = Pricing.charges(proposed, used, period.start());
                BigDecimal current = Pricing.total(plan, now).amount();
                BigDecimal next = Pricing.total(proposed, then).amount();
                compared.add(new Simulation.OfTenant(
                        tenantId,
                        plan.currency().getCurrencyCode(),
                        current,
                        next,
                        next.subtract(current),
                        byResource(now, then)));
            } catch (Pricing.NoPrice e) {
                skip(tenantId, String.valueOf(e.getMessage()));
            }
        }

        private List<Simulation.OfResource> byResource(List<Charge> now, List<Charge> then) {
            BigDecimal zero = Money.zero(proposed.currency()).amount();
            Map<@Nullable String, BigDecimal[]> sums = new TreeMap<>(Comparator.nullsLast(Comparator.naturalOrder()));
            for (List<Charge> side : List.of(now, then)) {
                for (Charge charge : side) {
                    BigDecimal[] pair =
                            sums.computeIfAbsent(charge.resourceType(), any -> new BigDecimal[] {zero, zero});
                    int place = side == now ? 0 : 1;
                    pair[place] = pair[place].add(charge.amount().amount());
                }
            }
            List<Simulation.OfResource> rows = new ArrayList<>();
            sums.forEach((resource, pair) ->
                    rows.add(new Simulation.OfResource(resource, pair[0], pair[1], pair[1].subtract(pair[0]))));
            return rows;
        }

        private void skip(String tenantId, String reason) {
            skipped.add(new Simulation.Skipped(tenantId, reason));
        }

        Simulation done() {
            BigDecimal current =
                    sum(compared.stream().map(Simulation.OfTenant::current).toList());
            BigDecimal next =
                    sum(compared.stream().map(Simulation.OfTenant::proposed).toList());
            return new Simulation(
                    period.start(),
                    period.end(),
                    List.of(new Simulation.Total(
                            proposed.currency().getCurrencyCode(), current, next, next.subtract(current))),
                    compared,
                    skipped);
        }

        private BigDecimal sum(List<BigDecimal> amounts) {
            return amounts.stream().reduce(Money.zero(proposed.currency()).amount(), BigDecimal::add);
        }
    }
}
