@NullMarked
package io.aitbc.coordinator.notification;

import org.jspecify.annotations.NullMarked;
