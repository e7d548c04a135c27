@NullMarked
package io.aitbc.coordinator.capacity;

import org.jspecify.annotations.NullMarked;
