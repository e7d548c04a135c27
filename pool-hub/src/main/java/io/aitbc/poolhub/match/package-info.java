/** Which miners fit a job best, and what became of it. */
@NullMarked
@ApplicationModule(allowedDependencies = {"commit", "lane", "miner", "usage"})
package io.aitbc.poolhub.match;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
