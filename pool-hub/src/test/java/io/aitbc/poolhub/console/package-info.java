/** The console as people with browsers meet it. */
@NullMarked
package io.aitbc.poolhub.console;

import org.jspecify.annotations.NullMarked;
