/** Tests of the monitoring service. */
@NullMarked
package io.aitbc.monitoring;

import org.jspecify.annotations.NullMarked;
