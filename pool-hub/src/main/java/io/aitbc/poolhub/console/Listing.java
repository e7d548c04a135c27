package io.aitbc.poolhub.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A page of a table that is filtered, sorted and goes on: its addresses and what is said below it.
 *
 * @param path the page's address without parameters
 * @param filters what it is narrowed to; empty values are left out of addresses
 * @param sort the column that it is sorted by; empty where it cannot be sorted
 * @param cursor where this page begins; null for the first one
 * @param after where the next page begins; null on the last one
 * @param said such as {@code 50 of 1,234 miners}
 */
record Listing(
        String path,
        Map<String, String> filters,
        String sort,
        boolean descending,
        @Nullable String cursor,
        @Nullable String after,
        String said) {

    /** For the column's header: ascending, descending, or null where it is not sorted by. */
    public @Nullable String sortedBy(String column) {
        return !column.equals(sort) ? null : descending ? "descending" : "ascending";
    }

    /** The first page sorted by a column; the other way round where it is sorted by it already. */
    public String sorting(String column) {
        return address(column, column.equals(sort) && !descending, null);
    }

    /** The first page; null where this is it. */
    public @Nullable String first() {
        return cursor == null ? null : address(sort, descending, null);
    }

    /** The next page; null where this is the last. */
    public @Nullable String next() {
        return after == null ? null : address(sort, descending, after);
    }

    /** This page. */
    public String here() {
        return address(sort, descending, cursor);
    }

    /** Such as {@code 1 alert} or {@code 50 alerts}. */
    static String counted(int number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    private String address(String column, boolean down, @Nullable String from) {
        Map<String, String> all = new LinkedHashMap<>(filters);
        all.put("sort", column);
        all.put("down", down ? "true" : "");
        all.put("cursor", from == null ? "" : from);
        StringBuilder address = new StringBuilder(path);
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                address.append(address.indexOf("?") < 0 ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        });
        return address.toString();
    }
}
