/** What services that plan capacity share: demand by the hour, forecasts, recommendations and what became of them. */
@NullMarked
package io.aitbc.capacity;

import org.jspecify.annotations.NullMarked;
