/** From a forecast to a recommendation: how many miners to add or to remove, how soon, and why. Pure rules. */
@NullMarked
package io.aitbc.forecasting.planning;

import org.jspecify.annotations.NullMarked;
