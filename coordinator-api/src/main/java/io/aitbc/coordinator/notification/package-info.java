/** Who is told what happened: each episode once, and its resolution once, by mail and webhooks, until it has arrived. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.aitbc.coordinator.notification;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
