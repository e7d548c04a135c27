package io.aitbc.coordinator.payout;

import io.aitbc.coordinator.pricing.Money;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A miner's part of an invoice or credit note.
 *
 * @param about the invoice of the period in which the work was done
 * @param resourceType null for a credit
 * @param charge what tenants are charged for the miner's work; negative for what they get back
 * @param payout what the miner gets of it; negative for what is recovered from it
 */
public record PayoutEntry(
        UUID about,
        String minerId,
        Kind kind,
        @Nullable String resourceType,
        BigDecimal quantity,
        Money charge,
        Money payout) {

    /** Why. */
    public enum Kind {
        /** The miner worked. */
        WORK,
        /** The miner broke the SLA: it bears the tenant's credit. */
        SLA_CREDIT
    }

    /** Both together, which are about the same. */
    public PayoutEntry plus(PayoutEntry other) {
        return new PayoutEntry(
                about,
                minerId,
                kind,
                resourceType,
                quantity.add(other.quantity),
                charge.plus(other.charge),
                payout.plus(other.payout));
    }

    /** What takes this back. */
    public PayoutEntry negated() {
        return new PayoutEntry(
                about, minerId, kind, resourceType, quantity.negate(), charge.negated(), payout.negated());
    }

    /** Whether it says nothing. */
    public boolean isNothing() {
        return quantity.signum() == 0
                && charge.amount().signum() == 0
                && payout.amount().signum() == 0;
    }
}
