/** Who calls, with which role, and what a handler lets them do. */
@NullMarked
package io.aitbc.service.security;

import org.jspecify.annotations.NullMarked;
