/** Tests of telemetry. */
@NullMarked
package io.aitbc.poolhub.telemetry;

import org.jspecify.annotations.NullMarked;
