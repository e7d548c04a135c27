/** Tests of usage on a real PostgreSQL, with a coordinator that can misbehave in every way. */
@NullMarked
package io.aitbc.poolhub.capacity;

import org.jspecify.annotations.NullMarked;
