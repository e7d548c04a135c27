/** What tenants owe: drafts of invoices, made of the ledger. */
@ApplicationModule(allowedDependencies = {"tenant", "usage", "pricing", "pricebook"})
@NullMarked
package io.aitbc.coordinator.invoice;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
