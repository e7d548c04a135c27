/** Tests of health. */
@NullMarked
package io.aitbc.gpu.health;

import org.jspecify.annotations.NullMarked;
