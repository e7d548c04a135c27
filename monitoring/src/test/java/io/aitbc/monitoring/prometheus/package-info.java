/** Tests of the questions to Prometheus. */
@NullMarked
package io.aitbc.monitoring.prometheus;

import org.jspecify.annotations.NullMarked;
