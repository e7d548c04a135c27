/** What a GPU is, whatever it does: its identity and the states that it can be in. */
@NullMarked
package io.aitbc.gpu.device;

import org.jspecify.annotations.NullMarked;
