/** An HTTP load generator so lean that, beside a service on the same two cores, it is not what is measured. */
@NullMarked
package io.aitbc.benchmarks.load;

import org.jspecify.annotations.NullMarked;
