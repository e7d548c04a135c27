/** Tests of service levels. */
@NullMarked
package io.aitbc.poolhub.sla;

import org.jspecify.annotations.NullMarked;
