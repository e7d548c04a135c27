/** The append-only record of who changed what. */
@NullMarked
package io.aitbc.service.audit;

import org.jspecify.annotations.NullMarked;
