/** What calls that go the short way are held against. */
@NullMarked
package io.aitbc.poolhub.lane;

import org.jspecify.annotations.NullMarked;
