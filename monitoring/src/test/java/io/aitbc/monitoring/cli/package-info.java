/** Tests of the command line. */
@NullMarked
package io.aitbc.monitoring.cli;

import org.jspecify.annotations.NullMarked;
