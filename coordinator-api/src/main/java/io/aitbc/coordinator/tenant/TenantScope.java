package io.aitbc.coordinator.tenant;

import org.jspecify.annotations.Nullable;

/**
 * Whose rows a read may see. Only {@link TenantReads} makes one, so that a query which asks for a scope cannot be run
 * past the tenant filter.
 */
public final class TenantScope {

    private final @Nullable String tenantId;

    TenantScope(@Nullable String tenantId) {
        this.tenantId = tenantId;
    }

    /** The one tenant whose rows may be seen; null means those of all tenants. */
    public @Nullable String tenantId() {
        return tenantId;
    }
}
