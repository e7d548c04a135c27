/** Benchmark sessions and where each stands. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.monitoring.session;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
