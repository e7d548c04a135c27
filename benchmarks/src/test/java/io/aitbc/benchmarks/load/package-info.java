/** That the load generator counts and reads what really came. */
@NullMarked
package io.aitbc.benchmarks.load;

import org.jspecify.annotations.NullMarked;
