/** The command line: the same REST API, and artifacts in local folders. No Spring at run time. */
@NullMarked
@ApplicationModule(allowedDependencies = {"artifact"})
package io.aitbc.monitoring.cli;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
