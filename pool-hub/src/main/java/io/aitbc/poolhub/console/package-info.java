/** The pool as pages for the person on call. */
@NullMarked
@ApplicationModule(allowedDependencies = {"capacity", "gpu", "job", "match", "miner", "sla", "usage"})
package io.aitbc.poolhub.console;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
