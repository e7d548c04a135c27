/** Tests of miners. */
@NullMarked
package io.aitbc.poolhub.miner;

import org.jspecify.annotations.NullMarked;
