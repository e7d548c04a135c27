/** JMH benchmarks of the GPU library: samples judged, bytes held, jobs placed, series handed out. */
@NullMarked
package io.aitbc.benchmarks.gpu;

import org.jspecify.annotations.NullMarked;
