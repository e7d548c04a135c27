/** How good a forecast was: the measures of the M4 competition, pinball loss and coverage. */
@NullMarked
package io.aitbc.forecasting.accuracy;

import org.jspecify.annotations.NullMarked;
