/** Money and the arithmetic on it: no framework, no database, no clock. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.aitbc.coordinator.pricing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
