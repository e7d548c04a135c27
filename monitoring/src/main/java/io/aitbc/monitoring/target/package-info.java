/** What Prometheus is to scrape for a session, and how it finds it. */
@NullMarked
@ApplicationModule(allowedDependencies = {"session", "prometheus"})
package io.aitbc.monitoring.target;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
