/** Jobs that the hub gives to this miner: run, watched, stopped, and told about until the hub knows. */
@NullMarked
package io.aitbc.agent.work;

import org.jspecify.annotations.NullMarked;
