/** Capacity over all pools: what each said of itself, forecasts and recommendations. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.aitbc.coordinator.capacity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
