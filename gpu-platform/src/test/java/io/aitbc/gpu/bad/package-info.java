/** What the rules must find. */
@NullMarked
package io.aitbc.gpu.bad;

import org.jspecify.annotations.NullMarked;
