/** Many invented miners in one process that speak the real API: their past, their faults, their work. */
@NullMarked
package io.aitbc.agent.simulation;

import org.jspecify.annotations.NullMarked;
