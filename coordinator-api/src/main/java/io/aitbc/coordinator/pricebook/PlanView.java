package io.aitbc.coordinator.pricebook;

import java.util.List;

/**
 * A price plan in one currency.
 *
 * @param versions in the order of their beginnings
 */
record PlanView(String plan, String currency, List<VersionShape> versions) {}
