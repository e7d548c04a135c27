@NullMarked
package io.aitbc.coordinator.job;

import org.jspecify.annotations.NullMarked;
