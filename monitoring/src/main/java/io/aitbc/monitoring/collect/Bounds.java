package io.aitbc.monitoring.collect;

import org.jspecify.annotations.Nullable;

/** What a KPI may be; either bound may be missing. */
record Bounds(@Nullable Double min, @Nullable Double max) {}
