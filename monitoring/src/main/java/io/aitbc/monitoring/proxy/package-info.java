/** Passes what registered exporters say through to Prometheus, untouched. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.monitoring.proxy;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
