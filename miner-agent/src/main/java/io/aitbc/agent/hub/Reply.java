package io.aitbc.agent.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came back from a call: a failure is a value here, so no caller can forget it. */
public sealed interface Reply {

    /** Any 2xx with JSON, or with nothing. */
    record Accepted(JsonNode body) implements Reply {}

    /**
     * A 4xx that asking again would not change.
     *
     * @param problem the last part of the problem's type, such as {@code unknown-miner}; empty when the answer named none
     * @param detail the service's own sentence
     */
    record Refused(int status, String problem, String detail) implements Reply {}

    /**
     * Nothing usable came back, though it may later: no connection, no answer in time, 429, any 5xx, or not JSON.
     *
     * @param retryAfter how long the service asked to be left alone, if it did
     */
    record Unavailable(@Nullable Duration retryAfter, String why) implements Reply {}
}
