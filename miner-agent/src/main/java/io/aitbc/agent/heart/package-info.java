/** One miner's life at the hub: registering, beating, waiting while the hub is away, saying goodbye. */
@NullMarked
package io.aitbc.agent.heart;

import org.jspecify.annotations.NullMarked;
