package io.aitbc.service.lifetime;

import java.util.Map;

/** A bean that adds members to the answer of {@code /health} and {@code /v1/health}. Must answer at once. */
public interface HealthDetail {
    /** The members; nothing that an unknown caller may not know. */
    Map<String, Object> details();
}
