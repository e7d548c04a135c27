/** The command: backtests of anybody's series, and the M4 competition's table. The only package that knows picocli. */
@NullMarked
package io.aitbc.forecasting.cli;

import org.jspecify.annotations.NullMarked;
