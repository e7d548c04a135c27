package io.aitbc.gpu.device;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One physical GPU. It is its UUID: the same across reboots, slots and drivers; everything else may change or be unknown.
 *
 * @param uuid as the driver names it, such as {@code GPU-20c56d28-0da5-6d26-a36a-e7af1ce2586e}; 1..80 printable characters
 * @param model product name as the driver gives it, such as {@code NVIDIA H100 80GB HBM3}
 * @param driver driver version
 * @param index number within its machine at this moment
 * @param pciBusId such as {@code 00000000:00:09.0}
 * @param host name of its machine
 */
public record GpuDevice(
        String uuid,
        @Nullable String model,
        @Nullable String driver,
        @Nullable Integer index,
        @Nullable String pciBusId,
        @Nullable String host) {

    private static final int LONGEST = 80;

    /** @throws IllegalArgumentException when the uuid is empty, too long, or holds blanks or control characters */
    public GpuDevice {
        Objects.requireNonNull(uuid, "uuid");
        if (uuid.isEmpty() || uuid.length() > LONGEST || !uuid.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("uuid must have 1..80 printable ASCII characters and no blanks");
        }
    }

    /** A GPU of which only the UUID and perhaps the model are known. */
    public static GpuDevice of(String uuid, @Nullable String model) {
        return new GpuDevice(uuid, model, null, null, null, null);
    }
}
