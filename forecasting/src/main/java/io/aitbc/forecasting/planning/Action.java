package io.aitbc.forecasting.planning;

/** What is recommended; on the wire the name in lower case. */
public enum Action {
    /** Order miners: demand is expected to ask for more slots than there are. */
    ADD_MINERS,
    /** Hand miners back: demand was low for the cool-down, and is expected to stay so. */
    REMOVE_MINERS
}
