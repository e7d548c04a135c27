/** Tests of telemetry and commands. */
@NullMarked
package io.aitbc.agent.gpu;

import org.jspecify.annotations.NullMarked;
