/** Tests of sessions. */
@NullMarked
package io.aitbc.monitoring.session;

import org.jspecify.annotations.NullMarked;
