package io.aitbc.coordinator.usage;

import static io.aitbc.coordinator.usage.RejectionCode.*;

import io.aitbc.coordinator.tenant.TenantStatus;
import io.aitbc.coordinator.tenant.TenantTerms;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules that an event keeps to be billed. They need nothing but the event, its tenant's terms, the resource types and
 * the time. The first broken rule is the answer.
 *
 * @param tenants the terms of every tenant named, as far as they exist
 * @param now this service's time
 */
record EventRules(Map<String, TenantTerms> tenants, Map<String, ResourceType> resources, Instant now, Duration maxAge) {

    private static final BigDecimal HOUR_IN_NANOS = BigDecimal.valueOf(3_600_000_000_000L);
    // A sender may have counted in nanoseconds before both ends of its period were cut to microseconds.
    private static final int ROUNDING_IN_NANOS = 2_000;

    /** The broken rule; null when the draft keeps all that concern it alone. */
    @Nullable
    Rejection broken(EventDraft draft) {
        if (draft.fault != null) {
            return draft.fault;
        }
        Rejection missing = missing(draft);
        if (missing != null) {
            return missing;
        }
        TenantTerms tenant = tenants.get(draft.tenantId);
        ResourceType resource = resources.get(resourceName(draft));
        if (tenant == null) {
            return new Rejection(UNKNOWN_TENANT, "There is no such tenant; make it, then replay this event.");
        }
        if (tenant.status() == TenantStatus.CLOSED) {
            return new Rejection(TENANT_CLOSED, "The tenant is closed; open it again, then replay this event.");
        }
        if (resource == null) {
            return new Rejection(
                    UNKNOWN_RESOURCE,
                    "There is no such resource type; add it with POST /api/resource-types, then replay this event.");
        }
        return first(
                unit(draft, resource),
                outcome(draft),
                quantity(draft),
                price(draft, tenant),
                times(draft, occurredAt(draft)),
                wallClock(draft, resource),
                amount(draft));
    }

    /** The event that a draft without a broken rule is. */
    UsageEvent event(EventDraft draft, String eventId, EventIdentity identity) {
        String resource = resourceName(draft);
        Instant occurredAt = occurredAt(draft);
        String tenantId = Objects.requireNonNull(draft.tenantId);
        TenantTerms tenant = Objects.requireNonNull(tenants.get(tenantId));
        return new UsageEvent(
                identity.key(draft.sourceOrDefault(), eventId),
                identity.content(draft, resource, occurredAt),
                tenantId,
                occurredAt,
                eventId,
                draft.sourceOrDefault(),
                resource,
                draft.quantity == null ? BigDecimal.ZERO : draft.quantity,
                draft.unitPrice == null ? derivedPrice(draft) : draft.unitPrice,
                tenant.currency().getCurrencyCode(),
                draft.jobId,
                draft.attempt,
                draft.minerId,
                draft.gpuUuid,
                draft.periodStart,
                draft.periodEnd,
                draft.reverses,
                draft.metadata == null ? null : draft.metadata.json(),
                gpuModel(draft),
                Outcomes.ofSent(draft.outcome));
    }

    private static @Nullable Rejection missing(EventDraft draft) {
        String name = null;
        if (draft.tenantId == null) {
            name = "tenant_id";
        } else if (draft.resourceType == null && draft.eventType == null) {
            name = "resource_type";
        } else if (draft.quantity == null && draft.reverses == null) {
            name = "quantity";
        } else if (draft.occurredAt == null && draft.timestamp == null) {
            name = "occurred_at";
        }
        return name == null ? null : new Rejection(MISSING_FIELD, name + " is missing.");
    }

    private static @Nullable Rejection unit(EventDraft draft, ResourceType resource) {
        String sent = Objects.requireNonNullElse(resource.sentUnit(), resource.unit());
        return draft.unit == null || resource.isCountedIn(draft.unit)
                ? null
                : new Rejection(UNIT_MISMATCH, resource.name() + " is counted in " + sent + ".");
    }

    private static @Nullable Rejection outcome(EventDraft draft) {
        return Outcomes.isKnown(draft.outcome)
                ? null
                : new Rejection(UNKNOWN_OUTCOME, "outcome must be one of " + Outcomes.KNOWN + ".");
    }

    private static @Nullable Rejection quantity(EventDraft draft) {
        BigDecimal quantity = draft.quantity;
        if (quantity == null) {
            return null;
        }
        Rejection unfit = Numbers.unfit("quantity", quantity);
        if (unfit != null) {
            return unfit;
        }
        if (draft.reverses != null && quantity.signum() > 0) {
            return new Rejection(
                    REVERSAL_MISMATCH, "An event that reverses another has its negative quantity, or leaves it out.");
        }
        return quantity.signum() < 0 && draft.reverses == null
                ? new Rejection(
                        NEGATIVE_QUANTITY, "quantity must be 0 or more; to take an event back, name it in reverses.")
                : null;
    }

    private static @Nullable Rejection price(EventDraft draft, TenantTerms tenant) {
        String currency = tenant.currency().getCurrencyCode();
        if (draft.currency != null && !draft.currency.equals(currency)) {
            return new Rejection(CURRENCY_MISMATCH, "This tenant is billed in " + currency + ".");
        }
        BigDecimal price = draft.unitPrice;
        if (price == null) {
            return null;
        }
        Rejection unfit = Numbers.unfit("unit_price", price);
        if (unfit != null) {
            return unfit;
        }
        return price.signum() < 0 ? new Rejection(NEGATIVE_PRICE, "unit_price must be 0 or more.") : null;
    }

    private @Nullable Rejection times(EventDraft draft, Instant occurredAt) {
        if (draft.periodStart != null && draft.periodEnd != null && draft.periodEnd.isBefore(draft.periodStart)) {
            return new Rejection(END_BEFORE_START, "period_end is before period_start.");
        }
        Instant latest = now.plus(UsageSettings.CLOCK_TOLERANCE);
        if (occurredAt.isAfter(latest)) {
            return new Rejection(IN_FUTURE, "occurred_at is more than 5 minutes ahead; check the sender's clock.");
        }
        if (draft.periodEnd != null && draft.periodEnd.isAfter(latest)) {
            return new Rejection(IN_FUTURE, "period_end is more than 5 minutes ahead; check the sender's clock.");
        }
        return occurredAt.isBefore(now.minus(maxAge))
                ? new Rejection(TOO_OLD, "occurred_at is more than " + maxAge.toDays() + " days ago.")
                : null;
    }

    /** Device time cannot exceed the period times the devices; where nobody says how many, one is meant. */
    private static @Nullable Rejection wallClock(EventDraft draft, ResourceType resource) {
        if (!resource.wallClock() || draft.quantity == null || draft.periodStart == null || draft.periodEnd == null) {
            return null;
        }
        Integer told = draft.gpuCount;
        if (told == null && draft.metadata != null) {
            told = draft.metadata.gpuCount();
        }
        int devices = told == null ? 1 : told;
        Duration period = Duration.between(draft.periodStart, draft.periodEnd);
        BigDecimal nanos = BigDecimal.valueOf(period.getSeconds())
                .movePointRight(9)
                .add(BigDecimal.valueOf(period.getNano() + ROUNDING_IN_NANOS));
        BigDecimal most =
                nanos.multiply(BigDecimal.valueOf(devices)).divide(HOUR_IN_NANOS, Numbers.SCALE, RoundingMode.UP);
        return draft.quantity.abs().compareTo(most) > 0
                ? new Rejection(
                        QUANTITY_EXCEEDS_WALL_CLOCK,
                        "The period has at most " + most.stripTrailingZeros().toPlainString() + " hours on " + devices
                                + " device(s); say how many in metadata.gpu_count.")
                : null;
    }

    /** A sender's total may be rounded to any scale, or come out of floating point: it must be the nearest such number. */
    private static @Nullable Rejection amount(EventDraft draft) {
        if (draft.totalAmount == null) {
            return null;
        }
        BigDecimal total = Numbers.rounded(draft.totalAmount);
        if (total == null) {
            return new Rejection(OUT_OF_RANGE, "total_amount may have at most 12 digits before the decimal point.");
        }
        if (draft.quantity == null) {
            return null;
        }
        if (draft.unitPrice == null) {
            return derivedPrice(draft) == null
                    ? new Rejection(AMOUNT_MISMATCH, "total_amount implies no price of 8 decimals; send unit_price.")
                    : null;
        }
        BigDecimal halfUnit = new BigDecimal("0.5").movePointLeft(Math.max(0, total.scale()));
        BigDecimal difference =
                draft.quantity.multiply(draft.unitPrice).subtract(total).abs();
        return difference.compareTo(halfUnit) <= 0
                ? null
                : new Rejection(AMOUNT_MISMATCH, "total_amount is not quantity × unit_price.");
    }

    /** The unit price that a total alone implies; null when there is none of at most eight decimals. */
    private static @Nullable BigDecimal derivedPrice(EventDraft draft) {
        BigDecimal total = draft.totalAmount == null ? null : Numbers.rounded(draft.totalAmount);
        BigDecimal quantity = draft.quantity;
        if (total == null || quantity == null || quantity.signum() == 0) {
            return null;
        }
        BigDecimal price = total.divide(quantity, Numbers.SCALE, RoundingMode.HALF_UP);
        boolean exact = price.multiply(quantity).compareTo(total) == 0;
        return exact && price.signum() >= 0 && Numbers.unfit("unit_price", price) == null ? price : null;
    }

    private static @Nullable String gpuModel(EventDraft draft) {
        return draft.gpuModel == null && draft.metadata != null ? draft.metadata.gpuModel() : draft.gpuModel;
    }

    private static String resourceName(EventDraft draft) {
        return draft.resourceType == null ? String.valueOf(draft.eventType) : draft.resourceType;
    }

    private static Instant occurredAt(EventDraft draft) {
        return Objects.requireNonNull(draft.occurredAt == null ? draft.timestamp : draft.occurredAt);
    }

    private static @Nullable Rejection first(@Nullable Rejection... rejections) {
        for (Rejection rejection : rejections) {
            if (rejection != null) {
                return rejection;
            }
        }
        return null;
    }
}
