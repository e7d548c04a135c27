/** Who needs no key. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.monitoring.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
