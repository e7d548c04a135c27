package io.aitbc.forecasting.planning;

/** How soon a recommendation is to be acted on; on the wire the name in lower case. */
public enum Priority {
    /** At leisure: saves money, or is short only after two lead times. */
    LOW,
    /**
     * Short within two lead times. Whoever looks at it once per lead time sees it again as {@link #HIGH} before it is too late, but can
     * prepare the order; with three, half of a weekly horizon would be urgent at the default lead time.
     */
    MEDIUM,
    /** Short within the lead time: miners that are ordered now come just in time, or late. */
    HIGH,
    /** Jobs are waiting already: there is more demand than slots. */
    CRITICAL
}
