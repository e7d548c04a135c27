package io.aitbc.poolhub.sla;

import java.util.List;

/** The service levels that are measured. */
final class MetricTypes {

    static final String UPTIME = "uptime_pct";
    static final String RESPONSE_TIME = "response_time_ms";
    static final String COMPLETION_RATE = "completion_rate_pct";
    static final String CAPACITY = "capacity_availability_pct";
    static final List<String> ALL = List.of(UPTIME, RESPONSE_TIME, COMPLETION_RATE, CAPACITY);

    private MetricTypes() {}
}
