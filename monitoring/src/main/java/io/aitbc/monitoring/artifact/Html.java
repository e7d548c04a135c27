package io.aitbc.monitoring.artifact;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Texts and numbers as HTML. */
final class Html {

    private Html() {}

    static String text(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        for (char c : String.valueOf(value).toCharArray()) {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /** To be read: five digits, of large numbers all before the point, with the whole number in the title. */
    static String number(@Nullable Double value) {
        if (value == null) {
            return "<span class=\"none\">none</span>";
        }
        String exact = CsvFile.number(value);
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(5, RoundingMode.HALF_EVEN));
        double size = Math.abs(value);
        if (size >= 1e4) {
            rounded = new BigDecimal(value).setScale(0, RoundingMode.HALF_EVEN);
        }
        DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
        symbols.setGroupingSeparator('\u202F');
        String shown = size != 0 && (size >= 1e12 || size < 1e-4)
                ? String.format(Locale.ROOT, "%.4g", value)
                : new DecimalFormat("#,##0.########", symbols).format(rounded);
        return "<data value=\"" + exact + "\" title=\"" + exact + "\">" + shown + "</data>";
    }
}
