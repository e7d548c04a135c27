/** Targets as Prometheus asks for them itself, by its http_sd_configs. */
@NullMarked
@ApplicationModule(allowedDependencies = {"session", "target"})
package io.aitbc.monitoring.discovery;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
