/** Tests of metrics. */
@NullMarked
package io.aitbc.gpu.metrics;

import org.jspecify.annotations.NullMarked;
