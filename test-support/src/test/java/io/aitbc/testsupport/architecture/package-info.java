/** Tests of the architecture rules themselves. */
@NullMarked
package io.aitbc.testsupport.architecture;

import org.jspecify.annotations.NullMarked;
