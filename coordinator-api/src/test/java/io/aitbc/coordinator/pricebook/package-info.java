@NullMarked
package io.aitbc.coordinator.pricebook;

import org.jspecify.annotations.NullMarked;
