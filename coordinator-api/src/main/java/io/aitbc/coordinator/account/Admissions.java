package io.aitbc.coordinator.account;

import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lets jobs in as far as the tenant's quotas and credit go. A job reserves what it may use at most; what it used replaces
 * that when it is over, and counts until the ledger has it. So however many jobs come at once, in however many replicas,
 * together they never go beyond a hard quota or the credit limit.
 */
@Service
public class Admissions {

    private final Accounts accounts;
    private final QuotaStanding quotas;
    private final CreditStanding credit;
    private final Reservations reservations;
    private final TenantDirectory tenants;
    private final Clock clock;

    Admissions(
            Accounts accounts,
            QuotaStanding quotas,
            CreditStanding credit,
            Reservations reservations,
            TenantDirectory tenants,
            Clock clock) {
        this.accounts = accounts;
        this.quotas = quotas;
        this.credit = credit;
        this.reservations = reservations;
        this.tenants = tenants;
        this.clock = clock;
    }

    /**
     * Reserves what a job may use, within the transaction that records the job; until that ends, no other job of the tenant is
     * let in. It counts in the period in which the job is let in, whenever it ends. The same job again replaces its reservation.
     *
     * @param caller who submits it
     * @param jobId the name under which the job's usage arrives in the ledger
     * @param most at most so much of each resource type, in its unit; 0 or more
     * @param costAtMost in the tenant's currency; 0 or more
     * @throws Problem 403 {@code quota-exceeded} with what is left of the hard quota that does not suffice, 402
     *     {@code credit-limit-reached} with what is left of the credit limit, 404 without such a tenant
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void reserve(Caller caller, String tenantId, String jobId, Map<String, BigDecimal> most, Money costAtMost) {
        TenantTerms tenant = tenants.find(tenantId).orElseThrow(() -> TenantReads.unknown(tenantId));
        require(tenant, most, costAtMost);
        accounts.lock(tenantId);
        reservations.remove(tenantId, jobId);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        quotas.require(tenant, most, now);
        credit.require(tenant, costAtMost);
        reservations.add(caller, tenantId, jobId, most, costAtMost, now);
    }

    /**
     * A job is over, and this is all that it used. It goes on counting until the ledger has it, or a day has passed. Nothing
     * happens to a job that has no reservation any more.
     */
    @Transactional
    public void spent(String tenantId, String jobId, Map<String, BigDecimal> used) {
        reservations.spent(tenantId, jobId, used, clock.instant());
    }

    /** A job never ran: what it reserved is free again. */
    @Transactional
    public void release(String tenantId, String jobId) {
        reservations.remove(tenantId, jobId);
    }

    private static void require(TenantTerms tenant, Map<String, BigDecimal> most, Money costAtMost) {
        if (!costAtMost.currency().equals(tenant.currency())) {
            throw new IllegalArgumentException(
                    "tenant " + tenant.tenantId() + " owes " + tenant.currency() + ", not " + costAtMost.currency());
        }
        if (costAtMost.amount().signum() < 0 || most.values().stream().anyMatch(amount -> amount.signum() < 0)) {
            throw new IllegalArgumentException(
                    "a job cannot reserve less than nothing, was " + most + ", " + costAtMost);
        }
        if (most.isEmpty() && costAtMost.amount().signum() > 0) {
            throw new IllegalArgumentException("what a job may cost is for what it may use, which is nothing");
        }
    }
}
