/** What the GPUs of this miner say, and what the hub tells it to do about them. */
@NullMarked
package io.aitbc.agent.gpu;

import org.jspecify.annotations.NullMarked;
