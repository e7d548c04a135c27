@NullMarked
package io.aitbc.coordinator.tenant;

import org.jspecify.annotations.NullMarked;
