package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one resource costs.
 *
 * @param resourceType such as {@code gpu_hours}
 * @param gpuModel only for usage on this model; null for every model that has no rate of its own
 * @param freeUnits of each period, used up before anything else, at least 0
 */
public record Rate(String resourceType, @Nullable String gpuModel, Tariff tariff, BigDecimal freeUnits) {

    public Rate {
        if (freeUnits.signum() < 0) {
            throw new IllegalArgumentException("free units must not be negative, were " + freeUnits.toPlainString());
        }
    }

    boolean isFor(String resource, @Nullable String model) {
        return resourceType.equals(resource) && (gpuModel == null || gpuModel.equals(model));
    }
}
