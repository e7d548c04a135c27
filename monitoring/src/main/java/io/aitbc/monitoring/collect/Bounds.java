package io.aitbc.monitoring.collect;

import io.aitbc.service.web.KnownFieldsOnly;
import org.jspecify.annotations.Nullable;

/** What a KPI may be; either bound may be missing. */
@KnownFieldsOnly
record Bounds(@Nullable Double min, @Nullable Double max) {}
