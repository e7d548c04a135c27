/** Tests of the embedded server, by killing it. */
@NullMarked
package io.aitbc.postgres;

import org.jspecify.annotations.NullMarked;
