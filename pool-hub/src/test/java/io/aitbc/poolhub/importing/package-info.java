/** Tests of imports. */
@NullMarked
package io.aitbc.poolhub.importing;

import org.jspecify.annotations.NullMarked;
