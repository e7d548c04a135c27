/** When this service was alive: uptime, downtime and restart meters, health and metrics endpoints. */
@NullMarked
package io.aitbc.service.lifetime;

import org.jspecify.annotations.NullMarked;
