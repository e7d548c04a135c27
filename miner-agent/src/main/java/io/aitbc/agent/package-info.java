/** What runs beside the GPUs: the command line, and how its parts are put together. */
@NullMarked
package io.aitbc.agent;

import org.jspecify.annotations.NullMarked;
