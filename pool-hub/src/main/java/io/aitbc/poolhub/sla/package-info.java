/** Whether each miner keeps its service levels, and since when not. */
@NullMarked
@ApplicationModule(allowedDependencies = {"coordinator", "miner"})
package io.aitbc.poolhub.sla;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
