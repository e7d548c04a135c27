/** JMH benchmarks of what every heartbeat and every event pays for, whichever service takes it. */
@NullMarked
package io.aitbc.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
