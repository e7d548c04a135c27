/** How well predictions hold, on generated traces whose truth is known. */
@NullMarked
package io.aitbc.benchmarks.prediction;

import org.jspecify.annotations.NullMarked;
