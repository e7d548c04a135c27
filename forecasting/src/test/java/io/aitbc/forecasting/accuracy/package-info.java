/** Tests read as what the package promises. */
@NullMarked
package io.aitbc.forecasting.accuracy;

import org.jspecify.annotations.NullMarked;
