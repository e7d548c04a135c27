/** Questions to the Prometheus server. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.monitoring.prometheus;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
