@NullMarked
package io.aitbc.capacity;

import org.jspecify.annotations.NullMarked;
