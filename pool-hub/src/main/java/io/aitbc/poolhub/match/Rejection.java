package io.aitbc.poolhub.match;

import java.util.Locale;

/** Why a miner is not offered; the first that applies, in this order. */
enum Rejection {
    NOT_APPROVED,
    OFFLINE,
    MAINTENANCE,
    DRAINING,
    NO_HEALTHY_GPU,
    NO_FREE_SLOT,
    GPU_COUNT,
    GPU_NAME,
    VRAM,
    RAM,
    CAPABILITIES,
    PRICE;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
