/** The models: each turns a complete hourly history into one figure per hour ahead; no gaps, no scale, no clock. */
@NullMarked
package io.aitbc.forecasting.model;

import org.jspecify.annotations.NullMarked;
