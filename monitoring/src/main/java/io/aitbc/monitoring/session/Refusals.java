package io.aitbc.monitoring.session;

import io.aitbc.service.web.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All that is wrong with a request, each by the name of its field; said at once. */
public final class Refusals {

    /** So many are said; a request may be wrong in thousands of places. */
    private static final int MOST = 20;

    private static final int LONGEST_SHOWN = 60;

    private final List<Map<String, String>> errors = new ArrayList<>();

    /** Notes one. */
    public void add(String field, String detail) {
        if (errors.size() < MOST) {
            errors.add(Map.of("field", field, "detail", detail));
        }
    }

    /** Notes a text that does not match. */
    public void check(String field, @Nullable String text, Pattern pattern, String rule) {
        if (text == null || !pattern.matcher(text).matches()) {
            add(field, rule);
        }
    }

    /** Notes a text that Prometheus, YAML or a database could not hold: control characters, halves of characters. */
    public void checkPlain(String field, @Nullable String text, int longest) {
        if (!isPlain(text, longest)) {
            add(field, "must be a text of 1 to %d characters without control characters".formatted(longest));
        }
    }

    /** Whether a text is one of 1 to so many characters that all can hold. */
    public static boolean isPlain(@Nullable String text, int longest) {
        return text != null
                && !text.isEmpty()
                && text.codePointCount(0, text.length()) <= longest
                && text.codePoints().noneMatch(Refusals::isUnfit);
    }

    /** A name of the request's own, to be shown in a sentence: not too long, and in quotation marks. */
    public static String quoted(String name) {
        StringBuilder shown = new StringBuilder("'");
        name.codePoints().limit(LONGEST_SHOWN).forEach(c -> shown.appendCodePoint(isUnfit(c) ? '?' : c));
        return shown.append(name.codePointCount(0, name.length()) > LONGEST_SHOWN ? "…'" : "'")
                .toString();
    }

    private static boolean isUnfit(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL || type == Character.SURROGATE || (c & 0xFFFE) == 0xFFFE;
    }

    /** Whether nothing is wrong. */
    public boolean isEmpty() {
        return errors.isEmpty();
    }

    /**
     * Refuses the request if something is wrong with it.
     *
     * @throws Problem 422
     */
    public void raise() {
        if (!errors.isEmpty()) {
            String sentence = errors.stream()
                    .map(error -> error.get("field") + " " + error.get("detail"))
                    .collect(Collectors.joining("; "));
            throw Problem.unprocessable("invalid-request", sentence + ".").with("errors", List.copyOf(errors));
        }
    }
}
