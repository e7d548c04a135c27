/** Tests of what a collected window leaves. */
@NullMarked
package io.aitbc.monitoring.artifact;

import org.jspecify.annotations.NullMarked;
