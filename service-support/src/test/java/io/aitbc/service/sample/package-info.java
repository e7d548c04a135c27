/** A tiny service on which the shared parts are tested. */
@NullMarked
package io.aitbc.service.sample;

import org.jspecify.annotations.NullMarked;
