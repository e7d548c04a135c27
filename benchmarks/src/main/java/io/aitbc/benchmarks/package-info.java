/** Starts the real services as processes, loads them, and compares each figure with a ceiling measured in the same run. */
@NullMarked
package io.aitbc.benchmarks;

import org.jspecify.annotations.NullMarked;
