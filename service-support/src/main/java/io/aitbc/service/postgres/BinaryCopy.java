package io.aitbc.service.postgres;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows in PostgreSQL's binary COPY format (manual, chapter COPY, "Binary Format"; the types as their {@code *_recv}
 * functions read them). Binary, because the server then parses nothing.
 */
public final class BinaryCopy implements AutoCloseable {

    private static final byte[] HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int CHUNK = 64 * 1024;
    private static final long MICROS_1970_TO_2000 = 946_684_800L * 1_000_000L;
    private static final BigInteger TEN_TO_8 = BigInteger.TEN.pow(8);
    /** Decimals of every number: those of {@code numeric(20, 8)}. */
    private static final int SCALE = 8;

    private static final int NEGATIVE = 0x4000;

    private final CopyIn copy;
    private byte[] bytes = new byte[CHUNK + 4_096];
    private int length;

    private BinaryCopy(CopyIn copy) {
        this.copy = copy;
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        length = HEADER.length;
        int32(0);
        int32(0);
    }

    /**
     * Begins a COPY.
     *
     * @param copyFromStdin the statement, in binary format; rows must have its columns
     */
    public static BinaryCopy into(Connection connection, String copyFromStdin) throws SQLException {
        return new BinaryCopy(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copyFromStdin));
    }

    /** Begins a row of so many fields. What is ready goes out, so that the server works while the rest is written. */
    public BinaryCopy row(int fields) throws SQLException {
        if (length > CHUNK) {
            flush();
        }
        ensure(2);
        int16(fields);
        return this;
    }

    /** Ends the rows; when this returns the server has taken all of them. */
    public void finish() throws SQLException {
        ensure(2);
        int16(-1);
        flush();
        copy.endCopy();
    }

    /** Takes everything back unless it was finished. */
    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }

    public BinaryCopy text(@Nullable String value) {
        if (value == null) {
            return nothing();
        }
        int at = length;
        ensure(4);
        length += 4;
        utf8(value);
        return sized(at);
    }

    public BinaryCopy jsonb(@Nullable String value) {
        if (value == null) {
            return nothing();
        }
        int at = length;
        ensure(5);
        length += 4;
        bytes[length++] = 1;
        utf8(value);
        return sized(at);
    }

    /** Without an array in between as long as the text is plain ASCII, which nearly all of it is. */
    private void utf8(String value) {
        int chars = value.length();
        ensure(chars);
        int start = length;
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                byte[] all = value.getBytes(StandardCharsets.UTF_8);
                length = start;
                ensure(all.length);
                System.arraycopy(all, 0, bytes, length, all.length);
                length += all.length;
                return;
            }
            bytes[length++] = (byte) c;
        }
    }

    /** Fills in how long a value is that was written after its place for that. */
    private BinaryCopy sized(int at) {
        int end = length;
        length = at;
        int32(end - at - 4);
        length = end;
        return this;
    }

    public BinaryCopy uuid(UUID value) {
        ensure(20);
        int32(16);
        int64(value.getMostSignificantBits());
        int64(value.getLeastSignificantBits());
        return this;
    }

    public BinaryCopy integer(@Nullable Integer value) {
        if (value == null) {
            return nothing();
        }
        ensure(8);
        int32(4);
        int32(value);
        return this;
    }

    public BinaryCopy bigint(long value) {
        ensure(12);
        int32(8);
        int64(value);
        return this;
    }

    public BinaryCopy float8(double value) {
        ensure(12);
        int32(8);
        int64(Double.doubleToRawLongBits(value));
        return this;
    }

    /** A number, or nothing where it is NaN. */
    public BinaryCopy float8IfKnown(double value) {
        return Double.isNaN(value) ? nothing() : float8(value);
    }

    public BinaryCopy bool(boolean value) {
        ensure(5);
        int32(1);
        bytes[length++] = (byte) (value ? 1 : 0);
        return this;
    }

    /** A time; what is finer than a microsecond is cut. */
    public BinaryCopy time(@Nullable Instant value) {
        if (value == null) {
            return nothing();
        }
        ensure(12);
        int32(8);
        int64(Math.addExact(Math.multiplyExact(value.getEpochSecond(), 1_000_000L), value.getNano() / 1_000)
                - MICROS_1970_TO_2000);
        return this;
    }

    /**
     * A number of at most twelve digits before the point and eight after it: what {@code numeric(20, 8)} holds.
     *
     * @throws ArithmeticException when it has more
     */
    public BinaryCopy number(@Nullable BigDecimal value) {
        if (value == null) {
            return nothing();
        }
        BigInteger[] parts = value.abs().setScale(SCALE).unscaledValue().divideAndRemainder(TEN_TO_8);
        long whole = parts[0].longValueExact();
        int fraction = parts[1].intValueExact();
        if (whole >= 1_000_000_000_000L) {
            throw new ArithmeticException("more than twelve digits before the point: " + value);
        }
        // Groups of four decimal digits, the most significant first: three before the point, two after it.
        ensure(4 + 8 + 10);
        int32(8 + 10);
        int16(5);
        int16(2);
        int16(value.signum() < 0 ? NEGATIVE : 0);
        int16(SCALE);
        int16((int) (whole / 100_000_000));
        int16((int) (whole / 10_000 % 10_000));
        int16((int) (whole % 10_000));
        int16(fraction / 10_000);
        int16(fraction % 10_000);
        return this;
    }

    private BinaryCopy nothing() {
        ensure(4);
        int32(-1);
        return this;
    }

    private void flush() throws SQLException {
        copy.writeToCopy(bytes, 0, length);
        length = 0;
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
