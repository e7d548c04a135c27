package io.aitbc.coordinator.account;

import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What a tenant owes, may come to owe, and may owe. */
@Component
class CreditStanding {

    /** The ledger takes what happened a little later than now, by clocks that differ. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private final Accounts accounts;
    private final Reservations reservations;
    private final CreditEntries entries;
    private final UnbilledUsage unbilled;
    private final ObjectProvider<Outstanding> outstanding;
    private final Clock clock;

    CreditStanding(
            Accounts accounts,
            Reservations reservations,
            CreditEntries entries,
            UnbilledUsage unbilled,
            ObjectProvider<Outstanding> outstanding,
            Clock clock) {
        this.accounts = accounts;
        this.reservations = reservations;
        this.entries = entries;
        this.unbilled = unbilled;
        this.outstanding = outstanding;
        this.clock = clock;
    }

    /**
     * Refuses what might cost more than the tenant may still owe; while its account is locked.
     *
     * @throws Problem 402 when the credit limit does not suffice
     */
    void require(TenantTerms tenant, Money asked) {
        BigDecimal limit = accounts.creditLimit(tenant.tenantId()).orElse(null);
        if (limit == null || asked.amount().signum() == 0) {
            return;
        }
        Currency currency = tenant.currency();
        // Reservations first: usage that arrives in between counts twice for a moment, never not at all.
        BigDecimal reserved = reservations.cost(tenant.tenantId());
        Money owed = owed(tenant);
        Money balance = entries.balance(tenant.tenantId(), currency);
        BigDecimal left = limit.add(balance.amount()).subtract(owed.amount()).subtract(reserved);
        if (asked.amount().compareTo(left) <= 0) {
            return;
        }
        BigDecimal shown = left.max(BigDecimal.ZERO).setScale(currency.getDefaultFractionDigits(), RoundingMode.DOWN);
        throw Problem.of(
                        HttpStatus.PAYMENT_REQUIRED,
                        "credit-limit-reached",
                        "The job may cost " + asked.amount().toPlainString() + " and "
                                + shown.toPlainString() + " " + currency.getCurrencyCode()
                                + " are left; ask for less, pay what is owed, pay in advance, or have the credit limit"
                                + " raised.")
                .with("credit_limit", Money.rounded(limit, currency).amount())
                .with("owed", owed.amount())
                .with("reserved", Money.rounded(reserved, currency).amount())
                .with("credit_balance", balance.amount())
                .with("left", shown)
                .with("asked", asked.amount())
                .with("currency", currency.getCurrencyCode());
    }

    private Money owed(TenantTerms tenant) {
        Outstanding invoiced = outstanding.getIfAvailable();
        Money unpaid = invoiced == null
                ? Money.zero(tenant.currency())
                : invoiced.unpaid(tenant.tenantId(), tenant.currency());
        Instant to = clock.instant().plus(AHEAD);
        List<Outstanding.Uninvoiced> times = invoiced == null
                ? List.of(new Outstanding.Uninvoiced(Instant.EPOCH, to))
                : invoiced.uninvoiced(tenant.tenantId(), to);
        for (Outstanding.Uninvoiced time : times) {
            unpaid = unpaid.plus(unbilled.within(tenant, time.from(), time.to()));
        }
        return unpaid;
    }
}
