package io.aitbc.poolhub.console;

import io.aitbc.service.web.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parameters of pages, which people type into the address line too. */
final class Asked {

    private static final int LONGEST_TEXT = 200;

    private Asked() {}

    /**
     * A constant by its name in any case.
     *
     * @return null when nothing is asked for
     * @throws Problem 400 for any other name
     */
    static <E extends Enum<E>> @Nullable E constant(Class<E> type, String name) {
        if (name.isBlank()) {
            return null;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(name.strip())) {
                return constant;
            }
        }
        throw Problem.badRequest(
                "malformed-parameter",
                "The address names something that is none of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    /** A cursor; null when none is given. */
    static @Nullable String cursor(String given) {
        return given.isEmpty() ? null : given;
    }

    /** What is searched for, no longer than anything can be called. */
    static String text(String given) {
        String text = given.strip();
        return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
    }

    /** One of few numbers; the first where another is named. */
    static int oneOf(List<Integer> choices, String given) {
        return choices.stream()
                .filter(choice -> given.equals(choice.toString()))
                .findFirst()
                .orElse(choices.get(0));
    }

    /**
     * Why somebody does something.
     *
     * @throws Problem 422 when it is blank or too long
     */
    static String reason(String given, int longest) {
        if (given.isBlank() || given.length() > longest) {
            throw Problem.unprocessable("invalid-request", "Give a reason of at most " + longest + " letters.");
        }
        return given.strip();
    }

    /**
     * A UUID that a page has set.
     *
     * @throws Problem 400 for anything else
     */
    static UUID id(String given, String what) {
        try {
            return UUID.fromString(given);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("malformed-parameter", what + "'s name must be a UUID; choose it on the page.");
        }
    }
}
