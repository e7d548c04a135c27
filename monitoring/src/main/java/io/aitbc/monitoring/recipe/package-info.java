/** KPIs as data: what each is called, its unit, and the PromQL that yields it for a session and a window. */
@NullMarked
@ApplicationModule(allowedDependencies = "target")
package io.aitbc.monitoring.recipe;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
