@NullMarked
package io.aitbc.coordinator.account;

import org.jspecify.annotations.NullMarked;
