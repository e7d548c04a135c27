package io.aitbc.gpu.telemetry;

import java.util.Locale;
import java.util.Optional;

/** What the driver itself asks for ({@code gpu_recovery_action} of nvidia-smi, XID 154). */
public enum RecoveryAction {
    NONE,
    GPU_RESET,
    NODE_REBOOT,
    DRAIN_P2P,
    DRAIN_AND_RESET;

    /** The name on the wire, such as {@code gpu_reset}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The action of a wire name; empty when there is none. */
    public static Optional<RecoveryAction> named(String wireName) {
        for (RecoveryAction action : values()) {
            if (action.wireName().equals(wireName)) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }
}
