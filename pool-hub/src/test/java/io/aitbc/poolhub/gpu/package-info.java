/** Tests of the GPU feature on real PostgreSQL, over HTTP. */
@NullMarked
package io.aitbc.poolhub.gpu;

import org.jspecify.annotations.NullMarked;
