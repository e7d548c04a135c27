/** Tests of KPIs as data. */
@NullMarked
package io.aitbc.monitoring.recipe;

import org.jspecify.annotations.NullMarked;
