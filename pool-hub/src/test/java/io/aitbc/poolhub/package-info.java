/** Tests of the pool hub as a whole. */
@NullMarked
package io.aitbc.poolhub;

import org.jspecify.annotations.NullMarked;
