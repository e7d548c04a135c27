/** Where a GPU's signals are going, how sure that is, and what to do before they get there. No clock, no threads. */
@NullMarked
package io.aitbc.gpu.prediction;

import org.jspecify.annotations.NullMarked;
