/** Watches chain nodes that export no metrics, and exports what they tell. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.monitoring.chain;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
