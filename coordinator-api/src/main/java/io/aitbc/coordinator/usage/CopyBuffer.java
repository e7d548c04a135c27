package io.aitbc.coordinator.usage;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows in PostgreSQL's binary COPY format (manual, chapter COPY, "Binary Format"; the types as their {@code *_recv}
 * functions read them). Binary, because the server then parses nothing.
 */
final class CopyBuffer {

    private static final byte[] HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final long MICROS_1970_TO_2000 = 946_684_800L * 1_000_000L;
    private static final BigInteger TEN_TO_8 = BigInteger.TEN.pow(8);
    private static final int NEGATIVE = 0x4000;

    private byte[] bytes;
    private int length;

    CopyBuffer(int expectedBytes) {
        bytes = new byte[Math.max(64, expectedBytes)];
        ensure(19);
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        length = HEADER.length;
        int32(0);
        int32(0);
    }

    /** Begins a row of so many fields. */
    CopyBuffer row(int fields) {
        ensure(2);
        int16(fields);
        return this;
    }

    CopyBuffer text(@Nullable String value) {
        if (value == null) {
            return nothing();
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        ensure(4 + utf8.length);
        int32(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        return this;
    }

    CopyBuffer jsonb(@Nullable String value) {
        if (value == null) {
            return nothing();
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        ensure(5 + utf8.length);
        int32(utf8.length + 1);
        bytes[length++] = 1;
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        return this;
    }

    CopyBuffer uuid(UUID value) {
        ensure(20);
        int32(16);
        int64(value.getMostSignificantBits());
        int64(value.getLeastSignificantBits());
        return this;
    }

    CopyBuffer integer(@Nullable Integer value) {
        if (value == null) {
            return nothing();
        }
        ensure(8);
        int32(4);
        int32(value);
        return this;
    }

    CopyBuffer time(@Nullable Instant value) {
        if (value == null) {
            return nothing();
        }
        ensure(12);
        int32(8);
        int64(Times.micros(value) - MICROS_1970_TO_2000);
        return this;
    }

    /** A number that {@link Numbers#unfit} lets pass: at most twelve digits before the point and eight after it. */
    CopyBuffer number(@Nullable BigDecimal value) {
        if (value == null) {
            return nothing();
        }
        BigInteger[] parts = value.abs().setScale(Numbers.SCALE).unscaledValue().divideAndRemainder(TEN_TO_8);
        long whole = parts[0].longValueExact();
        int fraction = parts[1].intValueExact();
        // Groups of four decimal digits, the most significant first: three before the point, two after it.
        ensure(4 + 8 + 10);
        int32(8 + 10);
        int16(5);
        int16(2);
        int16(value.signum() < 0 ? NEGATIVE : 0);
        int16(Numbers.SCALE);
        int16((int) (whole / 100_000_000));
        int16((int) (whole / 10_000 % 10_000));
        int16((int) (whole % 10_000));
        int16(fraction / 10_000);
        int16(fraction % 10_000);
        return this;
    }

    /** All rows, with the end mark. */
    byte[] finish() {
        ensure(2);
        int16(-1);
        return Arrays.copyOf(bytes, length);
    }

    private CopyBuffer nothing() {
        ensure(4);
        int32(-1);
        return this;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private void int16(int value) {
        bytes[length++] = (byte) (value >> 8);
        bytes[length++] = (byte) value;
    }

    private void int32(int value) {
        int16(value >> 16);
        int16(value);
    }

    private void int64(long value) {
        int32((int) (value >> 32));
        int32((int) value);
    }
}
