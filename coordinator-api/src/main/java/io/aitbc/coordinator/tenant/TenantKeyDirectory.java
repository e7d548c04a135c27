package io.aitbc.coordinator.tenant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.KeyDirectory;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Finds the tenant behind a key. A revoked key stops working at once in the replica that revoked it and within
 * seconds in the others. Unknown hashes are remembered too: a new key is random, so nobody can have tried it before.
 */
@Component
class TenantKeyDirectory implements KeyDirectory {

    private static final Duration KEPT = Duration.ofSeconds(3);

    private final TenantKeys keys;
    private final Cache<String, Optional<Caller>> cache =
            Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(KEPT).build();

    TenantKeyDirectory(TenantKeys keys) {
        this.keys = keys;
    }

    @Override
    public Optional<Caller> find(String sha256Hex) {
        return cache.get(sha256Hex, hash -> keys.tenantOf(hash).map(Caller::tenant));
    }

    void forget(String sha256Hex) {
        cache.invalidate(sha256Hex);
    }
}
