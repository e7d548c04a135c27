package io.aitbc.service.security;

import org.jspecify.annotations.Nullable;

/**
 * Who made a request.
 *
 * @param name for the audit log, such as {@code operator} or {@code miner:m-1}
 * @param role what it may do
 * @param subject the miner id of a {@link Role#MINER}, the tenant id of a {@link Role#TENANT}, else null
 */
public record Caller(String name, Role role, @Nullable String subject) {

    /** True when the caller has one of these roles. */
    public boolean is(Role... roles) {
        for (Role candidate : roles) {
            if (candidate == role) {
                return true;
            }
        }
        return false;
    }

    /** A miner calling with its own key. */
    public static Caller miner(String minerId) {
        return new Caller("miner:" + minerId, Role.MINER, minerId);
    }

    /** A tenant calling with one of its keys. */
    public static Caller tenant(String tenantId) {
        return new Caller("tenant:" + tenantId, Role.TENANT, tenantId);
    }

    /** The service itself, for changes that it makes by schedule. */
    public static Caller system() {
        return new Caller("system", Role.SERVICE, null);
    }
}
