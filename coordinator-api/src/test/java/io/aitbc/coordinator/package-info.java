@NullMarked
package io.aitbc.coordinator;

import org.jspecify.annotations.NullMarked;
