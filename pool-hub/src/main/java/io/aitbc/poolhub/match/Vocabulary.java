package io.aitbc.poolhub.match;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives each distinct value a small number, so that a search judges each value once and not each shelf that has it. */
final class Vocabulary<T> {

    private final Map<@Nullable T, Integer> numbers = new HashMap<>();
    private final List<@Nullable T> values = new ArrayList<>();

    int number(@Nullable T value) {
        Integer known = numbers.get(value);
        if (known != null) {
            return known;
        }
        numbers.put(value, values.size());
        values.add(value);
        return values.size() - 1;
    }

    int size() {
        return values.size();
    }

    /** All values, by their numbers. */
    List<@Nullable T> values() {
        return values;
    }
}
