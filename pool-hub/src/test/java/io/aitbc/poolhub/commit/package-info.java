/** Tests of group commit. */
@NullMarked
package io.aitbc.poolhub.commit;

import org.jspecify.annotations.NullMarked;
