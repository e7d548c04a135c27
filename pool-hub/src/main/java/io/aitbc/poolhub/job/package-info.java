/** Jobs on the pool: queued, placed on healthy GPUs, run by miners, billed to the second. */
@NullMarked
@ApplicationModule(allowedDependencies = {"coordinator", "gpu", "match", "miner", "telemetry", "usage"})
package io.aitbc.poolhub.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
