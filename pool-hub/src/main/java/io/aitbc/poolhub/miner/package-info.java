/** Who the miners are, who is up when, and the fleet as matching sees it. */
@NullMarked
@ApplicationModule(allowedDependencies = {"commit", "lane", "telemetry"})
package io.aitbc.poolhub.miner;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
