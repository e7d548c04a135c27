/** Price plans as data: their versions, which of them a tenant is billed by, and what another one would cost. */
@ApplicationModule(allowedDependencies = {"tenant", "pricing", "usage"})
@NullMarked
package io.aitbc.coordinator.pricebook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
