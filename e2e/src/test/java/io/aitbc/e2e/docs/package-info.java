/** The documentation is right: its links lead somewhere, its commands work, its API reference is the services'. */
@NullMarked
package io.aitbc.e2e.docs;

import org.jspecify.annotations.NullMarked;
