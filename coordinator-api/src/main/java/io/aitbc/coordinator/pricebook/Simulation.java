package io.aitbc.coordinator.pricebook;

import io.aitbc.service.web.KnownFieldsOnly;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What other prices would have made of a period.
 *
 * @param periodEnd the first instant no longer meant
 * @param totals one per currency
 * @param skipped tenants that cannot be compared, each with the reason
 */
record Simulation(
        Instant periodStart, Instant periodEnd, List<Total> totals, List<OfTenant> tenants, List<Skipped> skipped) {

    /**
     * What is asked.
     *
     * @param plan whose tenants are meant; default when left out
     * @param tenantIds the tenants meant, instead
     */
    @Schema(name = "SimulationRequest")
    @KnownFieldsOnly
    record Asked(
            @Nullable VersionShape version,
            @Nullable String plan,
            @Nullable Instant periodStart,
            @Nullable Instant periodEnd,
            @Nullable List<@Nullable String> tenantIds) {}

    /** What all tenants together pay. */
    record Total(String currency, BigDecimal current, BigDecimal proposed, BigDecimal difference) {}

    /** What one tenant pays, in its currency. */
    record OfTenant(
            String tenantId,
            String currency,
            BigDecimal current,
            BigDecimal proposed,
            BigDecimal difference,
            List<OfResource> resources) {}

    /**
     * What it pays for one resource.
     *
     * @param resourceType null for what a minimum commitment adds
     */
    record OfResource(@Nullable String resourceType, BigDecimal current, BigDecimal proposed, BigDecimal difference) {}

    /** Who was left out, and why. */
    record Skipped(String tenantId, String reason) {}
}
