@NullMarked
package io.aitbc.coordinator.invoice;

import org.jspecify.annotations.NullMarked;
