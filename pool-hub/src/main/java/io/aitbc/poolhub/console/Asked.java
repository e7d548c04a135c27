package io.aitbc.poolhub.console;

import io.aitbc.service.web.Problem;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parameters of pages, which people type into the address line too. */
final class Asked {

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
}
