/** Tests of the metrics proxy. */
@NullMarked
package io.aitbc.monitoring.proxy;

import org.jspecify.annotations.NullMarked;
