/** The ledger of usage: every event once, for ever, and what can be read from it. */
@ApplicationModule(allowedDependencies = {"tenant", "pricing"})
@NullMarked
package io.aitbc.coordinator.usage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
