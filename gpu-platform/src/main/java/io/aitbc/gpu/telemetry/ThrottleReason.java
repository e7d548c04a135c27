package io.aitbc.gpu.telemetry;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Why a GPU's clocks are what they are, by the bits of NVML's clocks event reasons ({@code nvmlClocksEventReason*}). */
public enum ThrottleReason {
    GPU_IDLE(0x1, false),
    APPLICATIONS_CLOCKS_SETTING(0x2, false),
    /** At its power limit: ordinary under full load. */
    SW_POWER_CAP(0x4, false),
    HW_SLOWDOWN(0x8, true),
    SYNC_BOOST(0x10, false),
    SW_THERMAL_SLOWDOWN(0x20, true),
    HW_THERMAL_SLOWDOWN(0x40, true),
    HW_POWER_BRAKE_SLOWDOWN(0x80, true),
    DISPLAY_CLOCKS_SETTING(0x100, false);

    private final int bit;
    private final boolean trouble;

    ThrottleReason(int bit, boolean trouble) {
        this.bit = bit;
        this.trouble = trouble;
    }

    /** NVML's bit. */
    public int bit() {
        return bit;
    }

    /** Whether it says that something is wrong, rather than how the GPU is used. */
    public boolean isTrouble() {
        return trouble;
    }

    /** The name on the wire, such as {@code hw_slowdown}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reason of a wire name; empty when there is none. */
    public static Optional<ThrottleReason> named(String wireName) {
        for (ThrottleReason reason : values()) {
            if (reason.wireName().equals(wireName)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    /** The reasons of a bit mask; bits that are not known are left out. */
    public static Set<ThrottleReason> ofMask(long mask) {
        Set<ThrottleReason> reasons = EnumSet.noneOf(ThrottleReason.class);
        for (ThrottleReason reason : values()) {
            if ((mask & reason.bit) != 0) {
                reasons.add(reason);
            }
        }
        return reasons;
    }

    /** The bit mask of some reasons. */
    public static int mask(Set<ThrottleReason> reasons) {
        int mask = 0;
        for (ThrottleReason reason : reasons) {
            mask |= reason.bit;
        }
        return mask;
    }
}
