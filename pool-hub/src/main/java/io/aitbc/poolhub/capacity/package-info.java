/** How much is wanted of the pool and how much there is: snapshots, forecasts, recommendations and alerts. */
@NullMarked
@ApplicationModule(allowedDependencies = {"coordinator", "job", "miner"})
package io.aitbc.poolhub.capacity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
