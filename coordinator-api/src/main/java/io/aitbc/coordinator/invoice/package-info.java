/** What tenants owe: invoices made of the ledger, from the draft to the payment, and credit notes. */
@ApplicationModule(allowedDependencies = {"tenant", "usage", "pricing", "pricebook", "account", "sla", "payout"})
@NullMarked
package io.aitbc.coordinator.invoice;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
