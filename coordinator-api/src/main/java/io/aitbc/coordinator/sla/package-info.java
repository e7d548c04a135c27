/** Episodes in which miners did not keep their service levels, as pools report them: what credits follow from. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.aitbc.coordinator.sla;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
