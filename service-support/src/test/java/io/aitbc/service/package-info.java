/** Tests of the shared parts on a tiny service. */
@NullMarked
package io.aitbc.service;

import org.jspecify.annotations.NullMarked;
