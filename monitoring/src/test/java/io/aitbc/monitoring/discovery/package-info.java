/** Tests of targets that Prometheus asks for. */
@NullMarked
package io.aitbc.monitoring.discovery;

import org.jspecify.annotations.NullMarked;
