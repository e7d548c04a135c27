/** Collecting a window of a session: from the request through the wait for its last scrape to the artifacts. */
@NullMarked
@ApplicationModule(allowedDependencies = {"artifact", "config", "prometheus", "recipe", "session", "target"})
package io.aitbc.monitoring.collect;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
