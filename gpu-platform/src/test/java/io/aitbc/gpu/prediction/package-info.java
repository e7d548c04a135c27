/** Tests of prediction. */
@NullMarked
package io.aitbc.gpu.prediction;

import org.jspecify.annotations.NullMarked;
