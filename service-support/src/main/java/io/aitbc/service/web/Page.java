package io.aitbc.service.web;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param items in the list's order
 * @param next the cursor of the next part, null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {

    /**
     * A part of a list, of which one item more was looked for to see whether it goes on.
     *
     * @param found at most {@code limit} + 1
     * @param cursor the cursor behind an item
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
        return found.size() <= limit
                ? new Page<>(found, null)
                : new Page<>(found.subList(0, limit), cursor.apply(found.get(limit - 1)));
    }

    /** The same part, of what its items are shown as. */
    public <S> Page<S> map(Function<T, S> shown) {
        return new Page<>(items.stream().map(shown).toList(), next);
    }
}
