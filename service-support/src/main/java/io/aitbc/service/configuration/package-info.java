/** Wires the shared parts into a service that has this library on its class path. */
@NullMarked
package io.aitbc.service.configuration;

import org.jspecify.annotations.NullMarked;
