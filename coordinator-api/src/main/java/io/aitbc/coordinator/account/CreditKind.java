package io.aitbc.coordinator.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Why a credit balance moved. */
enum CreditKind {
    /** The tenant paid in advance. */
    @JsonProperty("top_up")
    TOP_UP,
    /** An operator put something right. */
    @JsonProperty("adjustment")
    ADJUSTMENT,
    /** Paid an invoice. */
    @JsonProperty("applied")
    APPLIED,
    /** Came back from an invoice. */
    @JsonProperty("returned")
    RETURNED,
    /** Is owed to the tenant, as by a credit note over what it had paid. */
    @JsonProperty("credited")
    CREDITED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
