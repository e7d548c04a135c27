/** What counts as trouble and what is done about it, as data: alert rules, profiles per GPU model, and the XID policy. */
@NullMarked
package io.aitbc.gpu.rules;

import org.jspecify.annotations.NullMarked;
