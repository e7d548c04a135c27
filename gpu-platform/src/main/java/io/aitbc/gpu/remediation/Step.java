package io.aitbc.gpu.remediation;

import io.aitbc.gpu.device.GpuState;

/**
 * A GPU changes its state.
 *
 * @param cause one sentence for people, kept with the step
 * @param trigger what kind of cause
 */
public record Step(GpuState from, GpuState to, Trigger trigger, String cause) {

    /** Why a state changes. */
    public enum Trigger {
        ALERT,
        ALERTS_OVER,
        COMMAND_FAILED,
        THROTTLE_IN_VAIN,
        WORK_NOT_STOPPED,
        DRAINED,
        QUIET,
        VALIDATED,
        TROUBLE_AGAIN,
        PROVEN,
        OPERATOR
    }

    /** @throws IllegalArgumentException when no GPU goes that way */
    public Step {
        if (!Lifecycle.allows(from, trigger, to)) {
            throw new IllegalArgumentException("no GPU goes from " + from + " to " + to + " by " + trigger);
        }
    }
}
