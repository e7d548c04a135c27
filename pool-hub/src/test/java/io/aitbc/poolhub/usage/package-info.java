/** Tests of usage. */
@NullMarked
package io.aitbc.poolhub.usage;

import org.jspecify.annotations.NullMarked;
