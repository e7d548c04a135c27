/** Whether GPUs are well, and what is done about those that are not. */
@NullMarked
@ApplicationModule(allowedDependencies = {"telemetry", "miner"})
package io.aitbc.poolhub.gpu;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
