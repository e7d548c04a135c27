/** Tests of targets that are written into Prometheus' configuration. */
@NullMarked
package io.aitbc.monitoring.config;

import org.jspecify.annotations.NullMarked;
