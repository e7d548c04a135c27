/** What a collected window leaves: tables, a report, and a manifest by which anybody can check them, without Spring or a server. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.monitoring.artifact;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
