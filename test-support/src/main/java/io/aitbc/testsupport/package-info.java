/** Databases and clocks for tests. */
@NullMarked
package io.aitbc.testsupport;

import org.jspecify.annotations.NullMarked;
