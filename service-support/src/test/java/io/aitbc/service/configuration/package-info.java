/** Tests of keys and defaults. */
@NullMarked
package io.aitbc.service.configuration;

import org.jspecify.annotations.NullMarked;
