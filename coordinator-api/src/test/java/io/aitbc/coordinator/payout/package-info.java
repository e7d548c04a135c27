@NullMarked
package io.aitbc.coordinator.payout;

import org.jspecify.annotations.NullMarked;
