/** Whether GPUs are well: rules over samples, alerts as episodes, and whose fault an XID is. No clock, no threads. */
@NullMarked
package io.aitbc.gpu.health;

import org.jspecify.annotations.NullMarked;
