package io.aitbc.coordinator.pricebook;

import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.pricing.Outcome;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Rate;
import io.aitbc.coordinator.pricing.SlaCredit;
import io.aitbc.coordinator.pricing.Tariff;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a version of a price plan as it was sent, and says everything that is wrong with it, each with its place. */
final class VersionReader {

    private static final int MOST_RATES = 1_000;
    private static final int MOST_TIERS = 100;
    private static final int WHOLE_DIGITS = 12;
    private static final int DECIMALS = 8;
    /** What pools measure of a miner and that is worse when it is less. */
    private static final List<String> CREDITED = List.of("uptime_pct", "completion_rate_pct");

    private final Set<String> resources;
    private final List<Map<String, String>> errors = new ArrayList<>();

    private VersionReader(Set<String> resources) {
        this.resources = resources;
    }

    /**
     * The version that is meant.
     *
     * @param from from when on, whatever was sent
     * @param resources all resource types
     * @throws Problem 422 with the path of each field at fault
     */
    static PricePlan.Version read(VersionShape shape, Instant from, Set<String> resources) {
        VersionReader reader = new VersionReader(resources);
        BigDecimal commitment = reader.number("minimum_commitment", shape.minimumCommitment(), BigDecimal.ZERO);
        List<Rate> rates = reader.list("rates", shape.rates(), MOST_RATES, true, reader::rate);
        List<SlaCredit> credits = reader.list("sla_credits", shape.slaCredits(), MOST_TIERS, false, reader::credit);
        Set<Outcome> waived = EnumSet.noneOf(Outcome.class);
        waived.addAll(
                shape.waivedOutcomes() == null
                        ? PricePlan.Version.USUALLY_WAIVED
                        : reader.list("waived_outcomes", shape.waivedOutcomes(), MOST_TIERS, false, reader::outcome));
        reader.requireNone();
        PricePlan.Version version =
                reader.built("rates", () -> new PricePlan.Version(from, rates, commitment, waived, List.of()));
        PricePlan.Version whole =
                reader.built("sla_credits", () -> new PricePlan.Version(from, List.of(), commitment, waived, credits));
        reader.requireNone();
        if (version == null || whole == null) {
            throw new IllegalStateException("what could not be built is an error");
        }
        return new PricePlan.Version(from, rates, commitment, waived, credits);
    }

    /** @throws Problem 422 when there is none of this code */
    static Currency currency(@Nullable String code) {
        return (code == null ? Optional.<Currency>empty() : Money.currency(code))
                .orElseThrow(() ->
                        Problem.unprocessable("unknown-currency", "currency must be an ISO 4217 code such as USD."));
    }

    /**
     * Rates alone, of a version that is there.
     *
     * @throws Problem 422 with the path of each field at fault
     */
    static List<Rate> rates(VersionShape.Rates shape, Instant from, Set<String> resources) {
        VersionReader reader = new VersionReader(resources);
        List<Rate> rates = reader.list("rates", shape.rates(), MOST_RATES, true, reader::rate);
        if (rates.isEmpty()) {
            reader.error("rates", "must name at least one");
        }
        reader.requireNone();
        reader.built("rates", () -> new PricePlan.Version(from, rates, BigDecimal.ZERO, Set.of(), List.of()));
        reader.requireNone();
        return rates;
    }

    private @Nullable Rate rate(String path, VersionShape.RateShape shape) {
        String resource = shape.resourceType();
        if (resource == null || !resources.contains(resource)) {
            error(path + ".resource_type", "must be a resource type that there is; POST /api/resource-types adds one");
        }
        String gpu = shape.gpuModel();
        if (gpu != null && !isStorable(gpu)) {
            error(path + ".gpu_model", "must have 1 to 96 printable characters");
        }
        BigDecimal free = number(path + ".free_units", shape.freeUnits(), BigDecimal.ZERO);
        Tariff tariff = tariff(path, shape);
        return tariff == null || resource == null ? null : new Rate(resource, gpu, tariff, free);
    }

    private @Nullable Tariff tariff(String path, VersionShape.RateShape shape) {
        switch (shape.model() == null ? "per_unit" : shape.model()) {
            case "per_unit" -> {
                return new Tariff.PerUnit(number(path + ".unit_price", shape.unitPrice(), null));
            }
            case "graduated" -> {
                List<Tariff.Tier> tiers = list(path + ".tiers", shape.tiers(), MOST_TIERS, true, this::tier);
                return built(path + ".tiers", () -> new Tariff.Graduated(tiers));
            }
            case "volume" -> {
                List<Tariff.Tier> tiers = list(path + ".tiers", shape.tiers(), MOST_TIERS, true, this::tier);
                return built(path + ".tiers", () -> new Tariff.Volume(tiers));
            }
            case "package" -> {
                BigDecimal size = number(path + ".package_size", shape.packageSize(), null);
                BigDecimal price = number(path + ".package_price", shape.packagePrice(), null);
                return built(path + ".package_size", () -> new Tariff.Packages(size, price));
            }
            default -> {
                error(path + ".model", "must be per_unit, graduated, volume or package");
                return null;
            }
        }
    }

    private Tariff.@Nullable Tier tier(String path, VersionShape.TierShape shape) {
        BigDecimal end = shape.upTo() == null ? null : number(path + ".up_to", shape.upTo(), null);
        return new Tariff.Tier(end, number(path + ".unit_price", shape.unitPrice(), null));
    }

    private @Nullable SlaCredit credit(String path, VersionShape.CreditShape shape) {
        String metric = shape.metric();
        if (metric == null || !CREDITED.contains(metric)) {
            error(path + ".metric", "must be one of " + String.join(", ", CREDITED));
            return null;
        }
        BigDecimal below = number(path + ".below", shape.below(), null);
        BigDecimal pct = number(path + ".credit_pct", shape.creditPct(), null);
        return built(path + ".credit_pct", () -> new SlaCredit(metric, below, pct));
    }

    private @Nullable Outcome outcome(String path, String name) {
        for (Outcome outcome : Outcome.values()) {
            if (outcome.name().toLowerCase(Locale.ROOT).equals(name)) {
                return outcome;
            }
        }
        error(path, "must be provider_fault, user_error or preempted");
        return null;
    }

    /** The items that could be read; those that could not are errors by then. */
    private <S, T> List<T> list(
            String path, @Nullable List<@Nullable S> sent, int most, boolean needed, Reader<S, T> reader) {
        if (sent == null || sent.size() > most) {
            if (needed || sent != null) {
                error(path, sent == null ? "is missing" : "may have at most " + most + " items");
            }
            return List.of();
        }
        List<T> read = new ArrayList<>(sent.size());
        for (int i = 0; i < sent.size(); i++) {
            S item = sent.get(i);
            T done = null;
            if (item == null) {
                error(path + "[" + i + "]", "must not be null");
            } else {
                done = reader.read(path + "[" + i + "]", item);
            }
            if (done != null) {
                read.add(done);
            }
        }
        return read;
    }

    private interface Reader<S, T> {
        @Nullable
        T read(String path, S item);
    }

    /** The digits are asked for only where their number is known to be small. */
    private BigDecimal number(String path, @Nullable BigDecimal sent, @Nullable BigDecimal otherwise) {
        BigDecimal value = sent == null ? otherwise : sent;
        if (value == null) {
            error(path, "is missing");
        } else if (value.signum() < 0) {
            error(path, "must be 0 or more");
        } else if (value.signum() > 0) {
            if ((long) value.precision() - value.scale() > WHOLE_DIGITS
                    || value.scale() > DECIMALS && value.stripTrailingZeros().scale() > DECIMALS) {
                error(
                        path,
                        "may have at most " + WHOLE_DIGITS + " digits before the decimal point and " + DECIMALS
                                + " after it");
            } else {
                return Decimals.tidy(value);
            }
        }
        return BigDecimal.ZERO;
    }

    /** What the rules of pricing refuse is an error at this place. */
    private <T> @Nullable T built(String path, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            error(path, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static boolean isStorable(String text) {
        return !text.isBlank()
                && text.length() <= 96
                && text.chars().noneMatch(c -> c < ' ' || Character.isSurrogate((char) c));
    }

    private void error(String field, String detail) {
        errors.add(Map.of("field", field, "detail", detail));
    }

    private void requireNone() {
        if (!errors.isEmpty()) {
            Function<Map<String, String>, String> sentence = error -> error.get("field") + " " + error.get("detail");
            throw Problem.unprocessable(
                            "invalid-request",
                            errors.stream().limit(20).map(sentence).collect(Collectors.joining("; ")))
                    .with("errors", List.copyOf(errors));
        }
    }
}
