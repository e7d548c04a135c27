package io.aitbc.coordinator.pricebook;

import io.aitbc.coordinator.pricing.Outcome;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Rate;
import io.aitbc.coordinator.pricing.SlaCredit;
import io.aitbc.coordinator.pricing.Tariff;
import io.aitbc.service.web.KnownFieldsOnly;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A version of a price plan as it is sent and shown. {@link VersionReader} checks what is sent.
 *
 * @param minimumCommitment 0 when left out
 * @param waivedOutcomes provider_fault and preempted when left out
 */
@Schema(name = "PriceVersion")
@KnownFieldsOnly
record VersionShape(
        @Nullable @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
        String currency,

        @Nullable @Schema(description = "from when on; not in the past, but for a plan's first version")
        Instant validFrom,

        @Nullable BigDecimal minimumCommitment,

        @Nullable @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
        List<@Nullable RateShape> rates,

        @Nullable @Schema(allowableValues = {"provider_fault", "user_error", "preempted"})
        List<@Nullable String> waivedOutcomes,

        @Nullable List<@Nullable CreditShape> slaCredits) {

    /**
     * What a resource costs.
     *
     * @param model per_unit when left out
     */
    @Schema(name = "PriceRate")
    @KnownFieldsOnly
    record RateShape(
            @Nullable @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            String resourceType,

            @Nullable String gpuModel,

            @Nullable @Schema(allowableValues = {"per_unit", "graduated", "volume", "package"})
            String model,

            @Nullable BigDecimal unitPrice,
            @Nullable List<@Nullable TierShape> tiers,
            @Nullable BigDecimal packageSize,
            @Nullable BigDecimal packagePrice,
            @Nullable BigDecimal freeUnits) {

        static RateShape of(Rate rate) {
            String resource = rate.resourceType();
            String gpu = rate.gpuModel();
            BigDecimal free = rate.freeUnits();
            Tariff tariff = rate.tariff();
            if (tariff instanceof Tariff.PerUnit one) {
                return new RateShape(resource, gpu, "per_unit", one.unitPrice(), null, null, null, free);
            } else if (tariff instanceof Tariff.Graduated graduated) {
                return new RateShape(resource, gpu, "graduated", null, tiers(graduated.tiers()), null, null, free);
            } else if (tariff instanceof Tariff.Volume volume) {
                return new RateShape(resource, gpu, "volume", null, tiers(volume.tiers()), null, null, free);
            } else if (tariff instanceof Tariff.Packages packages) {
                return new RateShape(
                        resource, gpu, "package", null, null, packages.size(), packages.packagePrice(), free);
            }
            throw new IllegalStateException("a tariff of no known kind: " + tariff);
        }

        private static List<@Nullable TierShape> tiers(List<Tariff.Tier> tiers) {
            return tiers.stream()
                    .map(tier -> new TierShape(tier.upTo(), tier.unitPrice()))
                    .toList();
        }
    }

    /** Prices for what a version has none of. */
    @Schema(name = "PriceRates")
    @KnownFieldsOnly
    record Rates(
            @Nullable @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            List<@Nullable RateShape> rates) {}

    /**
     * A step.
     *
     * @param upTo its end, included; null for the last
     */
    @Schema(name = "PriceTier")
    @KnownFieldsOnly
    record TierShape(@Nullable BigDecimal upTo, @Nullable BigDecimal unitPrice) {}

    /** What is given back below a measured value. */
    @Schema(name = "PriceSlaCredit")
    @KnownFieldsOnly
    record CreditShape(
            @Nullable String metric,
            @Nullable BigDecimal below,
            @Nullable BigDecimal creditPct) {

        static CreditShape of(SlaCredit credit) {
            return new CreditShape(credit.metric(), credit.below(), credit.creditPct());
        }
    }

    /** Whether it has a price for that: one for the model itself, or one for all models. */
    boolean prices(String resourceType, @Nullable String gpuModel) {
        return rates != null
                && rates.stream()
                        .filter(Objects::nonNull)
                        .anyMatch(rate -> resourceType.equals(rate.resourceType())
                                && (rate.gpuModel() == null || rate.gpuModel().equals(gpuModel)));
    }

    static VersionShape of(Currency currency, PricePlan.Version version) {
        return new VersionShape(
                currency.getCurrencyCode(),
                version.from(),
                version.minimumCommitment(),
                version.rates().stream().map(RateShape::of).toList(),
                Arrays.stream(Outcome.values())
                        .filter(version.waived()::contains)
                        .map(outcome -> outcome.name().toLowerCase(Locale.ROOT))
                        .toList(),
                version.slaCredits().stream().map(CreditShape::of).toList());
    }
}
