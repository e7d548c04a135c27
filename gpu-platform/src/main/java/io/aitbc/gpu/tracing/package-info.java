/** The life of a job and of a GPU as spans: {@code job.submit} to {@code alert.*}. */
@NullMarked
package io.aitbc.gpu.tracing;

import org.jspecify.annotations.NullMarked;
