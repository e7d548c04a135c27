package io.aitbc.coordinator.usage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of the ledger: at most twelve digits before the decimal point and eight after it. Text such as
 * {@code 1e1000000000} is a number too, and asking it for its digits would fill the memory: nothing here does so before
 * the exponent is known to be small.
 */
final class Numbers {

    static final int SCALE = 8;
    static final int WHOLE_DIGITS = 12;

    private static final int LONGEST = 64;
    private static final int LARGEST_EXPONENT = 300;

    private Numbers() {}

    /** The number that the text says; null when it says none, or in more than 64 characters. */
    static @Nullable BigDecimal parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST || !isPlainAscii(text)) {
            return null;
        }
        try {
            BigDecimal value = new BigDecimal(text);
            return value.signum() == 0 ? BigDecimal.ZERO : value;
        } catch (NumberFormatException | ArithmeticException e) {
            return null;
        }
    }

    /** Why the ledger cannot hold the value; null when it can. */
    static @Nullable Rejection unfit(String field, BigDecimal value) {
        long wholeDigits = (long) value.precision() - value.scale();
        if (wholeDigits > WHOLE_DIGITS) {
            return new Rejection(
                    RejectionCode.OUT_OF_RANGE,
                    field + " may have at most " + WHOLE_DIGITS + " digits before the decimal point.");
        }
        // From here on the scale is what 64 characters can make it: stripping is cheap, or the answer is known.
        if (value.scale() > SCALE
                && (value.scale() > LONGEST * 2 || value.stripTrailingZeros().scale() > SCALE)) {
            return new Rejection(
                    RejectionCode.SCALE_TOO_FINE, field + " may have at most " + SCALE + " decimals; round it.");
        }
        return null;
    }

    /** The value to at most eight decimals; null when the ledger cannot hold it. */
    static @Nullable BigDecimal rounded(BigDecimal value) {
        if ((long) value.precision() - value.scale() > WHOLE_DIGITS) {
            return null;
        }
        if (value.scale() <= SCALE) {
            return value;
        }
        return value.scale() > LONGEST * 2 ? BigDecimal.ZERO : value.setScale(SCALE, RoundingMode.HALF_UP);
    }

    /** Whether PostgreSQL's jsonb takes the number. */
    static boolean isStorable(String text) {
        BigDecimal value = parse(text);
        return value != null && Math.abs((long) value.scale()) <= LARGEST_EXPONENT;
    }

    /** A whole number of at most nine digits; null when it is something else. */
    static @Nullable Integer whole(String text) {
        return text.matches("-?[0-9]{1,9}") ? Integer.valueOf(text) : null;
    }

    private static boolean isPlainAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean allowed = (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
