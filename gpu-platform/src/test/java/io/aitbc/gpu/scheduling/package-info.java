/** Tests of scheduling. */
@NullMarked
package io.aitbc.gpu.scheduling;

import org.jspecify.annotations.NullMarked;
