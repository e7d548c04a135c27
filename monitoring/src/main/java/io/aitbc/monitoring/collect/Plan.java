package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.target.TargetType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is to be computed.
 *
 * @param kpis their names
 * @param types of the session's targets when it was asked for: some names depend on them
 * @param thresholds by the names of KPIs
 */
record Plan(List<String> kpis, List<TargetType> types, Map<String, Bounds> thresholds) {

    Plan {
        kpis = List.copyOf(kpis);
        types = List.copyOf(types);
        thresholds = new TreeMap<>(thresholds);
    }
}
