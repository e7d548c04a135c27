/** Tests on the packaged services as real processes, with real HTTP and real PostgreSQL between them. */
@NullMarked
package io.aitbc.e2e;

import org.jspecify.annotations.NullMarked;
