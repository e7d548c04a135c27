package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.tenant.BillTo;
import jakarta.persistence.Embeddable;
import org.jspecify.annotations.Nullable;

/** Who pays an invoice, and by which prices, as it was when the invoice was built last. */
@Embeddable
record Payer(String billToName, @Nullable String billToEmail, String timezone, String pricePlan) {

    static Payer of(BillTo to) {
        return new Payer(to.name(), to.billingEmail(), to.timezone().getId(), to.pricePlan());
    }
}
