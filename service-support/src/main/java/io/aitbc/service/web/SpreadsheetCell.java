package io.aitbc.service.web;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Values as the text of a CSV's cell that spreadsheets read as what they are: numbers as numbers, and no text as a formula. */
public final class SpreadsheetCell {

    /** At the beginning of a text these make it a formula, the wide ones in East Asian spreadsheets. */
    private static final String FORMULA = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    private SpreadsheetCell() {}

    /** The text, not yet quoted as CSV wants it; empty for null. */
    public static String of(@Nullable Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof String text && !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0) {
            return "'" + text;
        }
        return value == null ? "" : value.toString();
    }
}
