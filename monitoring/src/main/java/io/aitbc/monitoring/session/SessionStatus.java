package io.aitbc.monitoring.session;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Map;

/**
 * A session, and what the features say of it.
 *
 * @param details each member beside those of the session: its targets, its collections
 */
record SessionStatus(
        @JsonUnwrapped SessionView session, @JsonAnyGetter Map<String, Object> details) {}
