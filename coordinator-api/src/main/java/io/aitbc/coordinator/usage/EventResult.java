package io.aitbc.coordinator.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event of a request.
 *
 * @param index its place in the request, from 0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EventResult(
        int index,
        @Nullable String eventId,
        Verdict verdict,
        @Nullable RejectionCode code,
        @Nullable String detail) {}
