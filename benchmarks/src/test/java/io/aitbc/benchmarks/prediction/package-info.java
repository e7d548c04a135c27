/** Tests of the judging of predictions. */
@NullMarked
package io.aitbc.benchmarks.prediction;

import org.jspecify.annotations.NullMarked;
