package io.aitbc.coordinator.account;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Sets, removes and shows quotas. */
@Service
class QuotaBook {

    /** A quota, and whether there was none before. */
    record Kept(QuotaView quota, boolean isNew) {}

    private final Quotas quotas;
    private final Accounts accounts;
    private final TenantDirectory tenants;
    private final TenantReads reads;
    private final AuditLog audit;
    private final Clock clock;

    QuotaBook(
            Quotas quotas, Accounts accounts, TenantDirectory tenants, TenantReads reads, AuditLog audit, Clock clock) {
        this.quotas = quotas;
        this.accounts = accounts;
        this.tenants = tenants;
        this.reads = reads;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    public Kept put(
            Caller caller, String tenantId, String resourceType, BigDecimal limit, QuotaPeriod period, QuotaMode mode) {
        ZoneId zone = find(tenantId).timezone();
        String unit = quotas.unit(resourceType)
                .orElseThrow(() -> Problem.unprocessable(
                        "unknown-resource", "There is no such resource type; quotas are for what can be billed."));
        accounts.lock(tenantId);
        Quota before = quotas.find(tenantId, resourceType, zone).orElse(null);
        Quota asked =
                new Quota(id(before, limit, period, mode), tenantId, resourceType, unit, limit, period, mode, zone);
        Instant now = now();
        if (before == null || !before.quotaId().equals(asked.quotaId())) {
            quotas.put(asked, now);
        }
        audit.record(caller, "account.quota.put", tenantId, before == null ? null : before.terms(), asked.terms());
        return new Kept(quotas.uses(List.of(asked), now).get(0).view(), before == null);
    }

    @Transactional
    public void delete(Caller caller, String tenantId, String resourceType) {
        ZoneId zone = find(tenantId).timezone();
        accounts.lock(tenantId);
        Quota before = quotas.find(tenantId, resourceType, zone)
                .orElseThrow(() -> Problem.notFound(
                        "unknown-quota", "The tenant has no quota of such a resource; list its quotas."));
        quotas.delete(tenantId, resourceType);
        audit.record(caller, "account.quota.delete", tenantId, before.terms(), null);
    }

    List<QuotaView> list(Caller caller, String tenantId) {
        // Looked up before the read, which cannot see tenants; whether the caller may know of it is decided there.
        ZoneId zone = tenants.find(tenantId).map(TenantTerms::timezone).orElse(ZoneOffset.UTC);
        Instant now = now();
        return reads.read(
                caller,
                tenantId,
                scope -> quotas.uses(quotas.of(tenantId, zone), now).stream()
                        .map(QuotaUse::view)
                        .toList());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private TenantTerms find(String tenantId) {
        return tenants.find(tenantId).orElseThrow(() -> TenantReads.unknown(tenantId));
    }

    private static UUID id(@Nullable Quota before, BigDecimal limit, QuotaPeriod period, QuotaMode mode) {
        if (before != null
                && before.limit().compareTo(limit) == 0
                && before.period() == period
                && before.mode() == mode) {
            return before.quotaId();
        }
        return UuidCreator.getTimeOrderedEpoch();
    }
}
