package io.aitbc.coordinator.account;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Prepaid credit: a ledger of entries whose sum is the balance. The balance is never negative, and whatever moves it does so one
 * after the other.
 */
@Service
public class CreditLedger {

    /** An entry, and whether it was made just now. */
    record Entered(CreditEntry entry, boolean isNew) {}

    private final Accounts accounts;
    private final CreditEntries entries;
    private final TenantDirectory tenants;
    private final AuditLog audit;
    private final Clock clock;

    CreditLedger(Accounts accounts, CreditEntries entries, TenantDirectory tenants, AuditLog audit, Clock clock) {
        this.accounts = accounts;
        this.entries = entries;
        this.tenants = tenants;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What the tenant has paid in advance and not used up, 0 or more, in its currency.
     *
     * @throws Problem 404 without such a tenant
     */
    public Money balance(String tenantId) {
        return entries.balance(tenantId, currency(tenantId));
    }

    /**
     * Pays with the tenant's credit, within the caller's transaction.
     *
     * @param upTo as much as this or, if that is less, the whole balance; 0 or more, in the tenant's currency
     * @param reference what is paid, such as an invoice's id; at most 128 characters
     * @return what was taken, 0 when there was nothing; with a reference under which something was taken before, what was
     *     taken then: nothing more is taken
     * @throws IllegalArgumentException when the amount is negative or of another currency
     * @throws Problem 404 without such a tenant
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Money apply(String tenantId, Money upTo, String reference) {
        Currency currency = currency(tenantId);
        require(upTo, currency);
        accounts.lock(tenantId);
        Optional<CreditEntry> before = entries.byReference(tenantId, CreditKind.APPLIED, reference);
        if (before.isPresent()) {
            return new Money(before.get().money().amount().negate(), currency);
        }
        BigDecimal taken = upTo.amount().min(entries.balance(tenantId, currency).amount());
        if (taken.signum() > 0) {
            entries.add(made(
                    tenantId,
                    CreditKind.APPLIED,
                    new Money(taken.negate(), currency),
                    reference,
                    null,
                    null,
                    Caller.system(),
                    null));
        }
        return new Money(taken, currency);
    }

    /**
     * Returns to the balance what had been applied, as when an invoice is voided or credited, within the caller's transaction.
     *
     * @param applied the reference under which it had been applied
     * @param upTo as much as this or, if that is less, all that was applied under it and has not come back; 0 or more
     * @param reference by what it returns, such as a credit note's id, or the invoice's own when all of it returns; at most
     *     128 characters
     * @return what came back; with a reference by which something came back before, what came back then: nothing more does
     * @throws IllegalArgumentException when the amount is negative or of another currency
     * @throws Problem 404 without such a tenant
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Money giveBack(String tenantId, String applied, Money upTo, String reference) {
        Currency currency = currency(tenantId);
        require(upTo, currency);
        accounts.lock(tenantId);
        Optional<CreditEntry> before = entries.byReference(tenantId, CreditKind.RETURNED, reference);
        if (before.isPresent()) {
            return before.get().money();
        }
        BigDecimal returned =
                upTo.amount().min(entries.applied(tenantId, applied, currency).amount());
        Money money = new Money(returned, currency);
        if (returned.signum() > 0) {
            entries.add(made(tenantId, CreditKind.RETURNED, money, reference, applied, null, Caller.system(), null));
        }
        return money;
    }

    /**
     * Adds to the balance what the tenant is owed, as by a credit note, within the caller's transaction.
     *
     * @param amount above 0
     * @param reference why, such as a credit note's id; a second time nothing more is added
     * @throws IllegalArgumentException when the amount is negative or of another currency
     * @throws Problem 404 without such a tenant
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void grant(String tenantId, Money amount, String reference) {
        require(amount, currency(tenantId));
        accounts.lock(tenantId);
        if (entries.byReference(tenantId, CreditKind.CREDITED, reference).isEmpty()) {
            entries.add(made(tenantId, CreditKind.CREDITED, amount, reference, null, null, Caller.system(), null));
        }
    }

    /**
     * What an operator enters.
     *
     * @throws Problem 404 without such a tenant, 409 when the key was used for something else, or the balance would become
     *     negative, 422 when the amount is finer than the currency's minor unit, or a top-up not above 0
     */
    @Transactional
    public Entered enter(
            Caller caller, String tenantId, CreditKind kind, BigDecimal amount, @Nullable String reason, String key) {
        Money money = money(amount, currency(tenantId));
        if (kind == CreditKind.TOP_UP && amount.signum() < 0) {
            throw Problem.unprocessable(
                    "invalid-amount", "amount of a top_up must be above 0; what takes away is an adjustment.");
        }
        accounts.lock(tenantId);
        Optional<CreditEntry> before = entries.byKey(tenantId, key);
        if (before.isPresent()) {
            return new Entered(requireSame(before.get(), kind, money, reason), false);
        }
        Money balance = entries.balance(tenantId, money.currency());
        if (balance.plus(money).amount().signum() < 0) {
            throw Problem.conflict(
                            "negative-balance",
                            "The balance is " + balance.amount().toPlainString() + " "
                                    + money.currency().getCurrencyCode() + "; an adjustment takes away at most that.")
                    .with("balance", balance.amount());
        }
        CreditEntry entry = made(tenantId, kind, money, null, null, reason, caller, key);
        entries.add(entry);
        audit.record(caller, "account.credit." + kind, tenantId, null, entry.view());
        return new Entered(entry, true);
    }

    private CreditEntry made(
            String tenantId,
            CreditKind kind,
            Money money,
            @Nullable String reference,
            @Nullable String returns,
            @Nullable String reason,
            Caller caller,
            @Nullable String key) {
        return new CreditEntry(
                UuidCreator.getTimeOrderedEpoch(),
                tenantId,
                kind,
                money,
                reference,
                returns,
                reason,
                caller.name(),
                key,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private Currency currency(String tenantId) {
        return tenants.find(tenantId).map(TenantTerms::currency).orElseThrow(() -> TenantReads.unknown(tenantId));
    }

    private static Money money(BigDecimal amount, Currency currency) {
        if (amount.signum() == 0) {
            throw Problem.unprocessable("invalid-amount", "amount must not be 0.");
        }
        if (amount.stripTrailingZeros().scale() > currency.getDefaultFractionDigits()) {
            throw Problem.unprocessable(
                    "invalid-amount",
                    "amount may have at most " + currency.getDefaultFractionDigits() + " decimals, as "
                            + currency.getCurrencyCode() + " has.");
        }
        return new Money(amount, currency);
    }

    private static void require(Money amount, Currency currency) {
        if (amount.amount().signum() < 0 || !amount.currency().equals(currency)) {
            throw new IllegalArgumentException(
                    "the account needs an amount of 0 or more " + currency + ", was " + amount);
        }
    }

    private static CreditEntry requireSame(CreditEntry known, CreditKind kind, Money money, @Nullable String reason) {
        if (known.kind() == kind && known.money().equals(money) && Objects.equals(known.reason(), reason)) {
            return known;
        }
        throw Problem.conflict(
                        "idempotency-key-reused",
                        "This Idempotency-Key was used for another entry of the tenant; take a new one for a new entry.")
                .with("entry_id", known.entryId());
    }
}
