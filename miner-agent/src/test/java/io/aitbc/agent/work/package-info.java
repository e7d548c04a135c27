/** Tests of jobs that the hub gives. */
@NullMarked
package io.aitbc.agent.work;

import org.jspecify.annotations.NullMarked;
