/** The coordinator: tenants, the ledger of what they used, and what it costs them. */
@NullMarked
package io.aitbc.coordinator;

import org.jspecify.annotations.NullMarked;
