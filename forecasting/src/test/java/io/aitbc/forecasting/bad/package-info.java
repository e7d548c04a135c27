/** What the rules must find. */
@NullMarked
package io.aitbc.forecasting.bad;

import org.jspecify.annotations.NullMarked;
