package io.aitbc.coordinator.pricebook;

import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Rate;
import io.aitbc.coordinator.usage.ResourceTypes;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Adds versions to price plans. What is in force stays; prices change by a version that begins later. */
@Service
class PricePlans {

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final StoredPrices prices;
    private final PriceVersions versions;
    private final ResourceTypes resources;
    private final AuditLog audit;

    PricePlans(StoredPrices prices, PriceVersions versions, ResourceTypes resources, AuditLog audit) {
        this.prices = prices;
        this.versions = versions;
        this.resources = resources;
        this.audit = audit;
    }

    /**
     * Adds a version; the first one makes the plan.
     *
     * @throws Problem 409 when a version begins at the same time, 422 when it begins in the past by the database's clock and
     *     is not the first, or breaks a rule of pricing
     */
    @Transactional
    public VersionShape add(Caller caller, String plan, VersionShape asked) {
        StoredPrices.Key key = new StoredPrices.Key(plan, VersionReader.currency(asked.currency()));
        Instant from = meant(asked.validFrom());
        PricePlan.Version version =
                VersionReader.read(asked, from, resources.all().keySet());
        PriceVersions.Standing standing = versions.lock(key, from);
        if (standing.isTaken()) {
            throw Problem.conflict(
                    "version-exists",
                    "A version of " + plan + " in " + asked.currency() + " begins at " + from
                            + " already; choose another time.");
        }
        if (standing.versions() > 0 && from.isBefore(standing.now())) {
            throw Problem.unprocessable(
                    "valid-from-in-past",
                    "valid_from must not be in the past: what was charged was charged at the version in force; it is "
                            + standing.now().truncatedTo(ChronoUnit.SECONDS) + " now.");
        }
        versions.add(key, version);
        VersionShape added = stored(key, from);
        if (added == null) {
            throw new IllegalStateException("a version that was just added is there");
        }
        audit.record(caller, "price-plan.version.add", subject(key, from), null, added);
        return added;
    }

    /**
     * Adds prices to a version, for resources that it has none for.
     *
     * @throws Problem 404 without such a version, 409 for a resource that has a price, 422 when a rate breaks a rule of pricing
     */
    @Transactional
    public VersionShape addRates(
            Caller caller, String plan, @Nullable String currency, Instant asked, VersionShape.Rates rates) {
        StoredPrices.Key key = new StoredPrices.Key(plan, VersionReader.currency(currency));
        Instant from = meant(asked);
        List<Rate> added = VersionReader.rates(rates, from, resources.all().keySet());
        versions.lock(key, from);
        VersionShape before = requireStored(key, from);
        for (Rate rate : added) {
            if (before.prices(rate.resourceType(), rate.gpuModel())) {
                throw Problem.conflict(
                        "rate-exists",
                        "This version has a price for " + rate.resourceType()
                                + (rate.gpuModel() == null ? "" : " on " + rate.gpuModel())
                                + "; it changes by a new version.");
            }
        }
        versions.addRates(key, from, added);
        VersionShape after = requireStored(key, from);
        audit.record(caller, "price-plan.rates.add", subject(key, from), before, after);
        return after;
    }

    private VersionShape requireStored(StoredPrices.Key key, Instant from) {
        VersionShape found = stored(key, from);
        if (found == null) {
            throw Problem.notFound("unknown-price-version", "No version of this plan begins then in this currency.");
        }
        return found;
    }

    /**
     * Takes back a version that is not yet in force; a plan without a version is gone.
     *
     * @throws Problem 404 without such a version, 409 when it is in force or tenants name the plan that it is the last of
     */
    @Transactional
    public void remove(Caller caller, String plan, @Nullable String currency, Instant asked) {
        StoredPrices.Key key = new StoredPrices.Key(plan, VersionReader.currency(currency));
        Instant from = meant(asked);
        VersionShape before = requireStored(key, from);
        if (!versions.remove(key, from)) {
            throw Problem.conflict(
                    "version-in-force", "This version is or was in force and stays; add one that begins later.");
        }
        try {
            versions.removeEmpty(key);
        } catch (DataIntegrityViolationException e) {
            throw Problem.conflict(
                    "price-plan-in-use", "Tenants name this plan, and this is its only version; add another first.");
        }
        audit.record(caller, "price-plan.version.remove", subject(key, from), before, null);
    }

    @Transactional(readOnly = true)
    public List<PlanSummary> all() {
        return versions.summaries();
    }

    /**
     * A plan in one currency, or in all.
     *
     * @throws Problem 404 when there is none
     */
    @Transactional(readOnly = true)
    public List<PlanView> get(String plan, @Nullable String currency) {
        List<StoredPrices.Key> keys = currency == null
                ? versions.currencies(plan).stream()
                        .map(code -> new StoredPrices.Key(plan, Currency.getInstance(code)))
                        .toList()
                : List.of(new StoredPrices.Key(plan, VersionReader.currency(currency)));
        Map<StoredPrices.Key, PricePlan> found = prices.find(keys);
        if (found.isEmpty()) {
            throw Problem.notFound("unknown-price-plan", "There is no such price plan; add its first version.");
        }
        List<PlanView> views = new ArrayList<>();
        for (StoredPrices.Key key : keys) {
            PricePlan stored = found.get(key);
            if (stored != null) {
                views.add(new PlanView(
                        plan,
                        key.currency().getCurrencyCode(),
                        stored.versions().stream()
                                .map(version -> VersionShape.of(key.currency(), version))
                                .toList()));
            }
        }
        return views;
    }

    private @Nullable VersionShape stored(StoredPrices.Key key, Instant from) {
        PricePlan plan = prices.find(Set.of(key)).get(key);
        return plan == null
                ? null
                : plan.versions().stream()
                        .filter(version -> version.from().equals(from))
                        .map(version -> VersionShape.of(key.currency(), version))
                        .findFirst()
                        .orElse(null);
    }

    private static Instant meant(@Nullable Instant from) {
        if (from == null || from.isBefore(Instant.EPOCH) || from.isAfter(LATEST)) {
            throw Problem.unprocessable("bad-valid-from", "valid_from must be a time of the years 1970 to 9999.");
        }
        return from.truncatedTo(ChronoUnit.MICROS);
    }

    private static String subject(StoredPrices.Key key, Instant from) {
        return key.plan() + "/" + key.currency().getCurrencyCode() + "/" + from;
    }
}
