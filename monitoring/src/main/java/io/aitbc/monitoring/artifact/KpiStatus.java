package io.aitbc.monitoring.artifact;

/** What a KPI's value is worth. */
public enum KpiStatus {
    /** All scrapes that it needs were made. */
    OK,
    /** There is nothing to compute it of; that is no zero. */
    NO_DATA,
    /** Scrapes that it needs are missing, or there are too many: the value is of what there is. */
    PARTIAL,
    /** Prometheus refused the question. */
    QUERY_ERROR,
    /** The quantile is above the histogram's highest finite bound, which the value is: the true one is higher. */
    CAPPED_AT_INF
}
