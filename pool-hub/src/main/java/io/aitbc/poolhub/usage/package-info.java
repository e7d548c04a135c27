/** Usage that this pool owes to the coordinator: written with its fact, sent until acknowledged, proven equal. */
@NullMarked
@ApplicationModule(allowedDependencies = {"coordinator"})
package io.aitbc.poolhub.usage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
