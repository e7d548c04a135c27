package io.aitbc.coordinator.account;

import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What is taken of quotas, who has to be refused and who warned for it. */
@Component
class QuotaStanding {

    /** So many quotas are looked at in one statement. */
    private static final int PART = 200;

    private final Quotas quotas;
    private final QuotaWarnings warnings;

    QuotaStanding(Quotas quotas, QuotaWarnings warnings) {
        this.quotas = quotas;
        this.warnings = warnings;
    }

    /**
     * Refuses a job that might go beyond a hard quota, and notes which soft ones it takes up; while the tenant's account is
     * locked.
     *
     * @throws Problem 403 with the quota that does not suffice
     */
    void require(TenantTerms tenant, Map<String, BigDecimal> most, Instant now) {
        List<Quota> concerned = quotas.of(tenant.tenantId(), tenant.timezone()).stream()
                .filter(quota -> most.containsKey(quota.resourceType()))
                .toList();
        for (QuotaUse use : quotas.uses(concerned, now)) {
            BigDecimal asked = most.getOrDefault(use.quota().resourceType(), BigDecimal.ZERO);
            Optional<Problem> refusal = use.refusal(asked);
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            warnings.note(use.with(asked), now);
        }
    }

    /** Notes which soft quotas are taken up by usage that no job of ours reserved. */
    void watch(Instant now) {
        UUID after = new UUID(0, 0);
        for (List<Quota> part = quotas.soft(after, PART); !part.isEmpty(); part = quotas.soft(after, PART)) {
            quotas.uses(part, now).forEach(use -> warnings.note(use, now));
            after = part.get(part.size() - 1).quotaId();
        }
    }
}
