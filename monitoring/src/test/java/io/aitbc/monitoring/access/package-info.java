/** Tests of who needs no key. */
@NullMarked
package io.aitbc.monitoring.access;

import org.jspecify.annotations.NullMarked;
