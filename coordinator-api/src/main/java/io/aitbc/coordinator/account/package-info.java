/** How much a tenant may use and owe: quotas, the reservations of its jobs, its credit limit and its prepaid credit. */
@ApplicationModule(allowedDependencies = {"tenant", "usage", "pricing", "pricebook", "notification"})
@NullMarked
package io.aitbc.coordinator.account;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
