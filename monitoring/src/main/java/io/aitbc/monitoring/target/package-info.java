/** What Prometheus is to scrape for a session. */
@NullMarked
@ApplicationModule(allowedDependencies = {"session"})
package io.aitbc.monitoring.target;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
