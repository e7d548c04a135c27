/** A real PostgreSQL server from the binaries on the class path: durable, private to this machine, back after SIGKILL. */
@NullMarked
package io.aitbc.postgres;

import org.jspecify.annotations.NullMarked;
