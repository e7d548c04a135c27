/** Figures of the real services, as ratios against a ceiling measured in the same run. */
@NullMarked
package io.aitbc.benchmarks;

import org.jspecify.annotations.NullMarked;
