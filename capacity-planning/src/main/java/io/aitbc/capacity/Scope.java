package io.aitbc.capacity;

import org.jspecify.annotations.Nullable;

/**
 * Whose capacity is planned.
 *
 * @param poolId one pool; null for all of them together
 * @param gpuClass one class of GPUs; null for all of them together
 */
public record Scope(@Nullable String poolId, @Nullable String gpuClass) {

    /** Every pool and every class. */
    public static final Scope ALL = new Scope(null, null);

    /** One pool, every class. */
    public static Scope pool(String poolId) {
        return new Scope(poolId, null);
    }

    Scope of(@Nullable String newClass) {
        return new Scope(poolId, newClass);
    }
}
