/** Tests read as what the package promises. */
@NullMarked
package io.aitbc.forecasting;

import org.jspecify.annotations.NullMarked;
