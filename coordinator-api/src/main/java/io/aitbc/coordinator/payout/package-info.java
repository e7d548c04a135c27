/** What miners earn: the supplier's side of every invoice. */
@ApplicationModule(allowedDependencies = "pricing")
@NullMarked
package io.aitbc.coordinator.payout;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
