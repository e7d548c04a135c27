@NullMarked
package io.aitbc.coordinator.pricing;

import org.jspecify.annotations.NullMarked;
