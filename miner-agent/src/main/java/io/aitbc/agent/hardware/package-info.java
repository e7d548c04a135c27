/** What the machine has: cores, memory, GPUs. */
@NullMarked
package io.aitbc.agent.hardware;

import org.jspecify.annotations.NullMarked;
