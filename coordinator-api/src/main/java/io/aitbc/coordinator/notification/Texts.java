package io.aitbc.coordinator.notification;

import java.util.regex.Pattern;

/** What may stand in a message. */
final class Texts {

    /** One line without control characters; half a surrogate pair is no character either. */
    static final String LINE = "[^\\p{Cc}\\p{Cs}\\u2028\\u2029]*";

    /** Any lines, without other control characters. */
    static final String LINES = "[[^\\p{Cc}\\p{Cs}]\\n\\r\\t]*";

    static final String LINE_RULE = "must be one line without control characters";
    static final String LINES_RULE = "must not hold control characters other than line breaks and tabs";

    private static final Pattern NOT_IN_A_LINE = Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029]+");
    private static final Pattern NOT_IN_LINES = Pattern.compile("[\\p{Cc}\\p{Cs}&&[^\\n\\r\\t]]+");
    private static final String CUT = "…";

    private Texts() {}

    /** One line of at most {@code most} UTF-16 units; what may not stand in one becomes a blank. */
    static String line(String text, int most) {
        return cut(NOT_IN_A_LINE.matcher(text).replaceAll(" ").strip(), most);
    }

    /** Lines of at most {@code most} UTF-16 units together. */
    static String lines(String text, int most) {
        return cut(NOT_IN_LINES.matcher(text).replaceAll(" ").strip(), most);
    }

    /** The text, or its beginning and an ellipsis; never half a surrogate pair. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most - CUT.length();
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + CUT;
    }
}
