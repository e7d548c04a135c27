/** The rules that the code of every service keeps, each with what to do instead. */
@NullMarked
package io.aitbc.testsupport.architecture;

import org.jspecify.annotations.NullMarked;
