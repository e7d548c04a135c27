@NullMarked
package io.aitbc.coordinator.sla;

import org.jspecify.annotations.NullMarked;
