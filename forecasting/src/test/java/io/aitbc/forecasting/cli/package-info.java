/** Tests read as what the package promises. */
@NullMarked
package io.aitbc.forecasting.cli;

import org.jspecify.annotations.NullMarked;
