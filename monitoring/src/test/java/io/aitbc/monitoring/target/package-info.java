/** Tests of targets. */
@NullMarked
package io.aitbc.monitoring.target;

import org.jspecify.annotations.NullMarked;
