/** Tests of who may call, and how often. */
@NullMarked
package io.aitbc.service.security;

import org.jspecify.annotations.NullMarked;
