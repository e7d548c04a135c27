@NullMarked
package io.aitbc.coordinator.usage;

import org.jspecify.annotations.NullMarked;
