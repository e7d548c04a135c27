/** Targets written into Prometheus' own configuration file, so that it is loadable at every moment. */
@NullMarked
@ApplicationModule(allowedDependencies = {"session", "target", "prometheus"})
package io.aitbc.monitoring.config;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
