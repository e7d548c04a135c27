/** Tests of matching. */
@NullMarked
package io.aitbc.poolhub.match;

import org.jspecify.annotations.NullMarked;
