/** Tests of telemetry. */
@NullMarked
package io.aitbc.gpu.telemetry;

import org.jspecify.annotations.NullMarked;
