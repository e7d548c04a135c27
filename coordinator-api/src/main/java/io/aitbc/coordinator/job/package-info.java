/** Jobs of tenants: let in by quota and credit, placed on the pool once, whatever is away meanwhile, and followed to their end. */
@ApplicationModule(allowedDependencies = {"account", "pricebook", "pricing", "tenant"})
@NullMarked
package io.aitbc.coordinator.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
