/** Which queued job gets which GPUs: gangs whole, healthy GPUs only, nobody waiting for ever. */
@NullMarked
package io.aitbc.gpu.scheduling;

import org.jspecify.annotations.NullMarked;
