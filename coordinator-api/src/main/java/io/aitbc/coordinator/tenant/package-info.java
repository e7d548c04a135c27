/** Who is billed: tenants, their API keys, and the one place that keeps a tenant to its own rows. */
@ApplicationModule(allowedDependencies = {"pricing"})
@NullMarked
package io.aitbc.coordinator.tenant;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
