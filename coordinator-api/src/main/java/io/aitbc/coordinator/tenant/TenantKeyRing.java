package io.aitbc.coordinator.tenant;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Gives keys to tenants and takes them back. */
@Service
class TenantKeyRing {

    /** A new key: the only time that its secret is shown. */
    record Issued(UUID keyId, String tenantId, @Nullable String name, String secret, Instant createdAt) {}

    private final TenantAccounts accounts;
    private final TenantKeys keys;
    private final TenantKeyDirectory directory;
    private final AuditLog audit;
    private final Clock clock;

    TenantKeyRing(TenantAccounts accounts, TenantKeys keys, TenantKeyDirectory directory, AuditLog audit, Clock clock) {
        this.accounts = accounts;
        this.keys = keys;
        this.directory = directory;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    public Issued issue(Caller caller, String tenantId, @Nullable String name) {
        accounts.get(tenantId);
        String secret = ApiKeys.generate("ten");
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        TenantKeys.Key key = new TenantKeys.Key(UuidCreator.getTimeOrderedEpoch(), tenantId, name, now, null);
        keys.add(key, ApiKeys.sha256(secret));
        audit.record(caller, "tenant.key.issue", tenantId, null, key);
        return new Issued(key.keyId(), tenantId, name, secret, key.createdAt());
    }

    @Transactional(readOnly = true)
    public List<TenantKeys.Key> list(String tenantId) {
        accounts.get(tenantId);
        return keys.of(tenantId);
    }

    @Transactional
    public void revoke(Caller caller, String tenantId, UUID keyId) {
        accounts.get(tenantId);
        String hash = keys.revoke(tenantId, keyId, clock.instant())
                .orElseThrow(() -> Problem.notFound(
                        "unknown-key", "The tenant has no such key, or it is revoked already; list its keys."));
        audit.record(caller, "tenant.key.revoke", tenantId, Map.of("key_id", keyId), null);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                directory.forget(hash);
            }
        });
    }
}
