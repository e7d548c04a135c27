/** What miners say of their GPUs, and what they are told to do. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.poolhub.telemetry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
