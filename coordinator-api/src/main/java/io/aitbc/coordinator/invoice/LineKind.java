package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.pricing.Charge;

/** Why a line is on an invoice. */
enum LineKind {
    /** Usage at the plan's price. */
    USAGE,
    /** Usage within the free allowance. */
    FREE,
    /** Usage at the price that its events brought. */
    OWN_PRICE,
    /** Work that failed, and is not charged by the plan's policy. */
    WAIVED,
    /** What is missing to the minimum commitment. */
    COMMITMENT,
    /** For a breach of the SLA. */
    SLA_CREDIT,
    /** A credit that an operator grants. */
    GOODWILL;

    static LineKind of(Charge.Kind kind) {
        return switch (kind) {
            case USAGE -> USAGE;
            case FREE -> FREE;
            case OWN_PRICE -> OWN_PRICE;
            case WAIVED -> WAIVED;
            case COMMITMENT -> COMMITMENT;
        };
    }
}
