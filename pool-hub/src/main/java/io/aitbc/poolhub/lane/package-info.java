/** A short way for the calls that a hub gets most. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.poolhub.lane;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
