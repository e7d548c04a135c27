/** The way to the coordinator: bounded in time and size, and quick to say that it is away. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.poolhub.coordinator;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
