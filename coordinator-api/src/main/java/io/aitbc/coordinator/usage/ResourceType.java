package io.aitbc.coordinator.usage;

/**
 * Something that may be billed.
 *
 * @param unit in which its quantity is counted
 * @param wallClock whether it is time on devices, which the period and the number of devices bound
 */
record ResourceType(String name, String unit, boolean wallClock) {}
