/** Folders of artifacts: whether they are as they were written, and how two differ. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.monitoring.artifact;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
