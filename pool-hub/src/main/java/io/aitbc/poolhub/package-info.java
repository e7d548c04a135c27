/** The pool hub: miners, matching, service levels and usage of one pool. */
@NullMarked
package io.aitbc.poolhub;

import org.jspecify.annotations.NullMarked;
