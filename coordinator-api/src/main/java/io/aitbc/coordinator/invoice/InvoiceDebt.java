package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.account.Outstanding;
import io.aitbc.coordinator.payout.PayoutLedger;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.usage.UsageTotals;
import java.time.Clock;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import org.springframework.stereotype.Component;

/** What a tenant owes on invoices, for its credit limit. */
@Component
class InvoiceDebt implements Outstanding {

    private final Settlements settlements;
    private final LateUsage late;
    private final PayoutLedger payouts;
    private final UsageTotals usage;
    private final TenantDirectory tenants;
    private final Clock clock;

    InvoiceDebt(
            Settlements settlements,
            LateUsage late,
            PayoutLedger payouts,
            UsageTotals usage,
            TenantDirectory tenants,
            Clock clock) {
        this.settlements = settlements;
        this.late = late;
        this.payouts = payouts;
        this.usage = usage;
        this.tenants = tenants;
        this.clock = clock;
    }

    @Override
    public Money unpaid(String tenantId, Currency currency) {
        Money unpaid = new Money(settlements.unpaid(tenantId), currency);
        List<Money> changes = tenants.billTo(tenantId, clock.instant())
                .map(to -> late.changes(to, payouts.terms(), usage.position()).stream()
                        .map(LateUsage.Change::net)
                        .toList())
                .orElse(List.of());
        return unpaid.plus(Money.sum(changes, currency));
    }

    @Override
    public List<Uninvoiced> uninvoiced(String tenantId, Instant to) {
        return settlements.uninvoiced(tenantId, to).stream()
                .map(gap -> new Uninvoiced(gap.start(), gap.end()))
                .toList();
    }
}
