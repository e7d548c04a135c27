/** Tests of what the other modules test with. */
@NullMarked
package io.aitbc.testsupport;

import org.jspecify.annotations.NullMarked;
