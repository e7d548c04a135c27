package io.aitbc.coordinator.tenant;

import io.aitbc.coordinator.pricing.Money;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Makes, changes and closes tenants. */
@Service
class TenantAccounts {

    private final Tenants tenants;
    private final TenantDirectory directory;
    private final AuditLog audit;
    private final Clock clock;

    TenantAccounts(Tenants tenants, TenantDirectory directory, AuditLog audit, Clock clock) {
        this.tenants = tenants;
        this.directory = directory;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    public TenantView create(Caller caller, NewTenant asked) {
        requireCurrency(asked.currency());
        requireTimezone(asked.timezone());
        requireMinorUnits(asked.creditLimit(), Objects.requireNonNullElse(asked.currency(), "USD"));
        if (tenants.existsById(asked.tenantId())) {
            throw taken(asked.tenantId());
        }
        TenantView made;
        try {
            made = tenants.saveAndFlush(new Tenant(asked, clock.instant())).view();
        } catch (DataIntegrityViolationException e) {
            throw refused(e, asked.tenantId(), asked.pricePlan());
        }
        audit.record(caller, "tenant.create", made.tenantId(), null, made);
        return made;
    }

    @Transactional(readOnly = true)
    public TenantView get(String tenantId) {
        return find(tenantId).view();
    }

    @Transactional(readOnly = true)
    public Page<TenantView> list(@Nullable String cursor, int limit) {
        String after = cursor == null ? "" : Cursors.decode(cursor, 1).get(0);
        List<TenantView> found = tenants.after(after, Limit.of(limit + 1)).stream()
                .map(Tenant::view)
                .toList();
        return Page.of(found, limit, last -> Cursors.encode(last.tenantId()));
    }

    @Transactional
    public TenantView change(Caller caller, String tenantId, TenantChange change) {
        Tenant tenant = find(tenantId);
        if (change.currency() != null && !change.currency().equals(tenant.currency())) {
            throw Problem.conflict(
                    "currency-is-fixed",
                    "The currency of a tenant cannot be changed, its ledger is in " + tenant.currency()
                            + "; make a new tenant for " + change.currency() + ".");
        }
        requireTimezone(change.timezone());
        requireMinorUnits(change.newCreditLimit(), tenant.currency());
        TenantView before = tenant.view();
        tenant.apply(change, clock.instant());
        TenantView after;
        try {
            after = tenants.saveAndFlush(tenant).view();
        } catch (DataIntegrityViolationException e) {
            throw refused(e, tenantId, change.pricePlan());
        }
        audit.record(caller, "tenant.change", tenantId, before, after);
        forgetAfterCommit(tenantId);
        return after;
    }

    private Tenant find(String tenantId) {
        if (tenantId.indexOf('\0') >= 0) {
            throw TenantReads.unknown("with such an id");
        }
        return tenants.findById(tenantId).orElseThrow(() -> TenantReads.unknown(tenantId));
    }

    private void forgetAfterCommit(String tenantId) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                directory.forget(tenantId);
            }
        });
    }

    /** The database has the last word on what others may have done meanwhile. */
    private static RuntimeException refused(
            DataIntegrityViolationException e, String tenantId, @Nullable String pricePlan) {
        String message = String.valueOf(e.getMostSpecificCause().getMessage());
        if (message.contains("tenants_pkey")) {
            return taken(tenantId);
        }
        return message.contains("tenants_name_a_price_plan")
                ? Problem.unprocessable(
                        "unknown-price-plan",
                        "There is no price plan " + pricePlan + " in this tenant's currency; add its first version.")
                : e;
    }

    private static Problem taken(String tenantId) {
        return Problem.conflict("tenant-exists", "There is a tenant " + tenantId + " already; choose another id.");
    }

    private static void requireCurrency(@Nullable String code) {
        if (code != null && Money.currency(code).isEmpty()) {
            throw Problem.unprocessable("unknown-currency", "currency must be an ISO 4217 code such as USD.");
        }
    }

    private static void requireMinorUnits(@Nullable BigDecimal creditLimit, String currency) {
        int decimals = Currency.getInstance(currency).getDefaultFractionDigits();
        if (creditLimit != null && creditLimit.stripTrailingZeros().scale() > decimals) {
            throw Problem.unprocessable(
                    "invalid-amount",
                    "credit_limit may have at most " + decimals + " decimals, as " + currency + " has.");
        }
    }

    /** Only names that Java and PostgreSQL read alike: PostgreSQL takes +02:00 for west of Greenwich. */
    private static void requireTimezone(@Nullable String zone) {
        if (zone != null && (!ZoneId.getAvailableZoneIds().contains(zone) || zone.startsWith("SystemV/"))) {
            throw Problem.unprocessable("unknown-timezone", "timezone must be an IANA name such as Europe/Berlin.");
        }
    }
}
