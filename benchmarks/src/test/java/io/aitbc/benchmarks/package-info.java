/** The driver's own logic; benchmarks themselves never run in a build. */
@NullMarked
package io.aitbc.benchmarks;

import org.jspecify.annotations.NullMarked;
