/** What GPUs say about themselves, and the sources that it is read from. */
@NullMarked
package io.aitbc.gpu.telemetry;

import org.jspecify.annotations.NullMarked;
