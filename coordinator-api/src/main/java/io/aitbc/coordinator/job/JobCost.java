package io.aitbc.coordinator.job;

import io.aitbc.coordinator.pricebook.PriceBook;
import io.aitbc.coordinator.pricing.Charge;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Pricing;
import io.aitbc.coordinator.pricing.Rate;
import io.aitbc.coordinator.pricing.Used;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What a job may use and cost at most: each attempt that it may fail by itself as long as it may run, on the dearest GPUs that it
 * may get, at the prices of now, without free units, which other usage may have taken.
 */
@Component
class JobCost {

    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3_600);
    private static final int SCALE = 8;

    private final PriceBook prices;

    JobCost(PriceBook prices) {
        this.prices = prices;
    }

    /** By resource type: what the pool bills for a job. */
    static Map<String, BigDecimal> most(NewJob job) {
        BigDecimal hours = BigDecimal.valueOf(job.longestSeconds())
                .multiply(BigDecimal.valueOf(job.attempts()))
                .divide(SECONDS_PER_HOUR, SCALE, RoundingMode.UP);
        return Map.of(
                "gpu_hours",
                hours.multiply(BigDecimal.valueOf(job.gpus())),
                "compute_hours",
                hours,
                "api_calls",
                BigDecimal.ONE);
    }

    /**
     * What that costs a tenant.
     *
     * @throws Problem 422 when the tenant's plan has no price for it
     */
    Money most(String tenantId, NewJob job, Instant now) {
        PricePlan plan = prices.planOf(tenantId);
        PricePlan.Version version = plan.at(now)
                .orElseThrow(() -> Problem.unprocessable(
                        "no-price-plan", "The tenant's price plan is not in force yet; a job has no price."));
        List<Rate> rates = version.rates().stream()
                .map(rate -> new Rate(rate.resourceType(), rate.gpuModel(), rate.tariff(), BigDecimal.ZERO))
                .toList();
        PricePlan withoutAllowance = new PricePlan(
                plan.currency(),
                List.of(new PricePlan.Version(
                        version.from(), rates, BigDecimal.ZERO, version.waived(), version.slaCredits())));
        Map<String, BigDecimal> most = most(job);
        try {
            return models(rates, job.gpuName()).stream()
                    .map(model -> Pricing.total(withoutAllowance, charges(withoutAllowance, most, model, now)))
                    .max(Comparator.comparing(Money::amount))
                    .orElseThrow();
        } catch (Pricing.NoPrice e) {
            throw Problem.unprocessable("no-price", String.valueOf(e.getMessage()));
        }
    }

    /** The models on which it may run that have a rate of their own, and null for all others. */
    private static List<@Nullable String> models(List<Rate> rates, @Nullable String gpuName) {
        List<@Nullable String> models = new ArrayList<>();
        boolean others = rates.stream().anyMatch(rate -> isForAll(rate))
                || rates.stream().noneMatch(JobCost::isOfGpus);
        if (others) {
            models.add(null);
        }
        for (Rate rate : rates) {
            String model = rate.gpuModel();
            if (isOfGpus(rate) && model != null && (gpuName == null || isPart(gpuName, model) || !others)) {
                models.add(model);
            }
        }
        return models;
    }

    private static boolean isOfGpus(Rate rate) {
        return rate.resourceType().equals("gpu_hours");
    }

    private static boolean isForAll(Rate rate) {
        return isOfGpus(rate) && rate.gpuModel() == null;
    }

    private static boolean isPart(String part, String name) {
        return name.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    private static List<Charge> charges(
            PricePlan plan, Map<String, BigDecimal> most, @Nullable String model, Instant now) {
        Set<String> onGpus = Set.of("gpu_hours", "compute_hours");
        return Pricing.charges(
                plan,
                most.entrySet().stream()
                        .map(one -> new Used(
                                now,
                                one.getKey(),
                                onGpus.contains(one.getKey()) ? model : null,
                                one.getValue(),
                                null,
                                null,
                                null))
                        .toList(),
                now);
    }
}
