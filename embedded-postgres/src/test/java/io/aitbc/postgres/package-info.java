/** The embedded server, met as its users meet it: started, killed in every way, and asked for its rows. */
@NullMarked
package io.aitbc.postgres;

import org.jspecify.annotations.NullMarked;
