/** Tests of the chain exporter. */
@NullMarked
package io.aitbc.monitoring.chain;

import org.jspecify.annotations.NullMarked;
