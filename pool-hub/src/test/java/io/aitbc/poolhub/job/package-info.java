/** Tests of jobs on the pool. */
@NullMarked
package io.aitbc.poolhub.job;

import org.jspecify.annotations.NullMarked;
