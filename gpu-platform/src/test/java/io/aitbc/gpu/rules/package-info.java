/** Tests of rules. */
@NullMarked
package io.aitbc.gpu.rules;

import org.jspecify.annotations.NullMarked;
