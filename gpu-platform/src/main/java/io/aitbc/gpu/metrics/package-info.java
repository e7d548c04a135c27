/** GPUs as Prometheus series: one collector that hands out a snapshot, not a meter object per GPU. */
@NullMarked
package io.aitbc.gpu.metrics;

import org.jspecify.annotations.NullMarked;
