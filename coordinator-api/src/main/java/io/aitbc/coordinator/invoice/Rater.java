package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.payout.PayoutTerms;
import io.aitbc.coordinator.pricebook.PriceBook;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Pricing;
import io.aitbc.coordinator.tenant.BillTo;
import io.aitbc.coordinator.usage.ResourceType;
import io.aitbc.coordinator.usage.ResourceTypes;
import io.aitbc.coordinator.usage.UsageSum;
import io.aitbc.coordinator.usage.UsageTotals;
import io.aitbc.service.web.Problem;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Reads a period's usage from the ledger and prices it. */
@Component
class Rater {

    private final PriceBook book;
    private final UsageTotals usage;
    private final ResourceTypes resources;

    Rater(PriceBook book, UsageTotals usage, ResourceTypes resources) {
        this.book = book;
        this.usage = usage;
        this.resources = resources;
    }

    /** The prices of a plan in the tenant's currency. */
    PricePlan plan(String name, Currency currency) {
        return book.plan(name, currency);
    }

    /** All that the ledger holds of a period, priced. */
    RatedPeriod rate(BillTo to, String planName, BillingPeriod period, PayoutTerms terms) {
        PricePlan plan = plan(planName, to.currency());
        return priced(
                planName,
                period,
                plan,
                usage.used(
                                Set.of(to.tenantId()),
                                period.start(),
                                period.end(),
                                RatedPeriod.boundaries(period, plan, terms))
                        .getOrDefault(to.tenantId(), List.of()));
    }

    /** Of a period only what came after a row of the ledger, up to another. */
    List<UsageSum> late(
            BillTo to, PricePlan plan, BillingPeriod period, PayoutTerms terms, long afterSeq, long throughSeq) {
        return usage.used(
                to.tenantId(),
                period.start(),
                period.end(),
                RatedPeriod.boundaries(period, plan, terms),
                afterSeq,
                throughSeq);
    }

    /**
     * Usage with its prices.
     *
     * @throws Problem 422 when something used has no price
     */
    static RatedPeriod priced(String planName, BillingPeriod period, PricePlan plan, List<UsageSum> sums) {
        try {
            return RatedPeriod.of(period, plan, sums);
        } catch (Pricing.NoPrice e) {
            throw Problem.unprocessable(
                    "no-price",
                    "The price plan " + planName + " in " + plan.currency().getCurrencyCode() + " has no price for "
                            + String.join(", ", e.what()) + " used from " + period.start() + " to " + period.end()
                            + (plan.versions().isEmpty()
                                    ? "; add its first version, by POST /api/price-plans/" + planName
                                            + "/versions with a valid_from before that"
                                    : "; add one to its version in force then, by POST /api/price-plans/" + planName
                                            + "/versions/{valid_from}/rates")
                            + ", or take the usage back.");
        }
    }

    /** In which unit each resource is counted on a line. */
    Map<String, String> units() {
        return resources.all().values().stream().collect(Collectors.toMap(ResourceType::name, ResourceType::unit));
    }
}
