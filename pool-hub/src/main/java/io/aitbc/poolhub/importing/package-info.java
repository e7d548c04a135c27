/** History from elsewhere, marked as such. */
@NullMarked
@ApplicationModule(allowedDependencies = {"capacity", "match", "usage"})
package io.aitbc.poolhub.importing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
