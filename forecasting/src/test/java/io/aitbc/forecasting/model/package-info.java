/** Tests read as what the package promises. */
@NullMarked
package io.aitbc.forecasting.model;

import org.jspecify.annotations.NullMarked;
