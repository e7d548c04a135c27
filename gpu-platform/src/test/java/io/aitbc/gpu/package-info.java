/** Tests of the library as a whole. */
@NullMarked
package io.aitbc.gpu;

import org.jspecify.annotations.NullMarked;
