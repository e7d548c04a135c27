package io.aitbc.gpu.remediation;

import static io.aitbc.gpu.device.GpuState.DEGRADED;
import static io.aitbc.gpu.device.GpuState.DRAINING;
import static io.aitbc.gpu.device.GpuState.HEALTHY;
import static io.aitbc.gpu.device.GpuState.PROBATION;
import static io.aitbc.gpu.device.GpuState.QUARANTINED;
import static io.aitbc.gpu.device.GpuState.THROTTLED;
import static io.aitbc.gpu.device.GpuState.VALIDATING;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.remediation.Step.Trigger;
import java.util.Set;
import java.util.TreeSet;

/** The ways between the states of a GPU, as data. */
final class Lifecycle {

    private record Edge(GpuState from, Trigger trigger, GpuState to) {}

    private static final Set<Edge> EDGES = Set.of(
            new Edge(HEALTHY, Trigger.ALERT, DEGRADED),
            new Edge(HEALTHY, Trigger.ALERT, THROTTLED),
            new Edge(HEALTHY, Trigger.ALERT, DRAINING),
            new Edge(HEALTHY, Trigger.ALERT, QUARANTINED),
            new Edge(DEGRADED, Trigger.ALERT, THROTTLED),
            new Edge(DEGRADED, Trigger.ALERT, DRAINING),
            new Edge(DEGRADED, Trigger.ALERT, QUARANTINED),
            new Edge(DEGRADED, Trigger.ALERTS_OVER, HEALTHY),
            new Edge(THROTTLED, Trigger.ALERT, DRAINING),
            new Edge(THROTTLED, Trigger.ALERT, QUARANTINED),
            new Edge(THROTTLED, Trigger.COMMAND_FAILED, DRAINING),
            new Edge(THROTTLED, Trigger.THROTTLE_IN_VAIN, DRAINING),
            new Edge(THROTTLED, Trigger.ALERTS_OVER, DEGRADED),
            new Edge(THROTTLED, Trigger.ALERTS_OVER, HEALTHY),
            new Edge(DRAINING, Trigger.ALERT, QUARANTINED),
            new Edge(DRAINING, Trigger.WORK_NOT_STOPPED, QUARANTINED),
            new Edge(DRAINING, Trigger.DRAINED, DEGRADED),
            new Edge(DRAINING, Trigger.DRAINED, HEALTHY),
            new Edge(QUARANTINED, Trigger.QUIET, VALIDATING),
            new Edge(VALIDATING, Trigger.TROUBLE_AGAIN, QUARANTINED),
            new Edge(VALIDATING, Trigger.VALIDATED, PROBATION),
            new Edge(PROBATION, Trigger.TROUBLE_AGAIN, QUARANTINED),
            new Edge(PROBATION, Trigger.PROVEN, HEALTHY));

    private Lifecycle() {}

    static boolean allows(GpuState from, Trigger trigger, GpuState to) {
        // An operator may take out any GPU, and bring back any.
        boolean byOperator = trigger == Trigger.OPERATOR && from != to && (to == QUARANTINED || to == HEALTHY);
        return byOperator || EDGES.contains(new Edge(from, trigger, to));
    }

    /** Where a GPU can go from a state without an operator. */
    static Set<GpuState> next(GpuState from) {
        Set<GpuState> next = new TreeSet<>();
        EDGES.stream().filter(edge -> edge.from() == from).forEach(edge -> next.add(edge.to()));
        return next;
    }
}
