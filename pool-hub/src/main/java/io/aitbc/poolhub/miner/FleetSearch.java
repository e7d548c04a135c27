package io.aitbc.poolhub.miner;

import io.aitbc.service.web.Cursors;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds miners in the fleet in memory: one pass over all, of which only a page is kept in order. A hundred thousand take some
 * milliseconds, in any order.
 *
 * @param text part of an id, an address, a GPU's name, a region or a capability; empty for any
 * @param state as people see it; null for any
 * @param after what {@link Found#next} was; null for the beginning
 * @param limit how many at most
 */
public record FleetSearch(
        String text,
        @Nullable MinerState state,
        Column column,
        boolean descending,
        @Nullable String after,
        int limit) {

    /** By what a list is sorted; the id decides between equals. */
    public enum Column {
        MINER((miner, now) -> miner.minerId(), key -> key),
        STATE(FleetMiner::shownState, MinerState::valueOf),
        GPU((miner, now) -> miner.gpuName() == null ? "" : miner.gpuName(), key -> key),
        REGION((miner, now) -> miner.region() == null ? "" : miner.region(), key -> key),
        HEARD(
                (miner, now) -> miner.downAfter() == null
                        ? Long.valueOf(0)
                        : Long.valueOf(miner.downAfter().toEpochMilli()),
                Long::valueOf),
        JOBS((miner, now) -> Integer.valueOf(miner.currentJobs()), Integer::valueOf),
        PRICE((miner, now) -> miner.price(), BigDecimal::new);

        private final BiFunction<FleetMiner, Instant, Comparable<?>> key;
        private final Function<String, Comparable<?>> parsed;

        Column(BiFunction<FleetMiner, Instant, Comparable<?>> key, Function<String, Comparable<?>> parsed) {
            this.key = key;
            this.parsed = parsed;
        }
    }

    private record Entry(Comparable<?> key, FleetMiner miner) {

        @SuppressWarnings("unchecked") // Keys of one column are of one type.
        static final Comparator<Entry> ORDER = (one, other) -> {
            int byKey = ((Comparable<Object>) one.key).compareTo(other.key);
            return byKey != 0 ? byKey : one.miner.minerId().compareTo(other.miner.minerId());
        };
    }

    /**
     * What was found.
     *
     * @param matches how many fit, on all pages
     * @param next where the next page begins; null on the last one
     */
    public record Found(
            List<FleetMiner> miners, int matches, @Nullable String next) {}

    /**
     * The page.
     *
     * @throws io.aitbc.service.web.Problem 400 when {@code after} is not one of this order
     */
    public Found in(Collection<FleetMiner> fleet, Instant now) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        Place last = after == null ? null : Place.of(after, column);
        Comparator<Entry> order = descending ? Entry.ORDER.reversed() : Entry.ORDER;
        PriorityQueue<Entry> page = new PriorityQueue<>(limit + 2, order.reversed());
        int matches = 0;
        for (FleetMiner miner : fleet) {
            if (!fits(miner, wanted, now)) {
                continue;
            }
            matches++;
            Entry entry = new Entry(column.key.apply(miner, now), miner);
            if (last == null || last.isBefore(entry, descending)) {
                page.add(entry);
                if (page.size() > limit + 1) {
                    page.poll();
                }
            }
        }
        List<Entry> sorted = new ArrayList<>(page);
        sorted.sort(order);
        boolean more = sorted.size() > limit;
        List<Entry> shown = more ? sorted.subList(0, limit) : sorted;
        Entry end = more ? shown.get(limit - 1) : null;
        return new Found(
                shown.stream().map(Entry::miner).toList(),
                matches,
                end == null
                        ? null
                        : Cursors.encode(end.key().toString(), end.miner().minerId()));
    }

    private boolean fits(FleetMiner miner, String wanted, Instant now) {
        return (state == null || miner.shownState(now) == state)
                && (wanted.isEmpty()
                        || holds(miner.minerId(), wanted)
                        || holds(miner.gpuName(), wanted)
                        || holds(miner.region(), wanted)
                        || holds(miner.addr(), wanted)
                        || miner.capabilities().stream().anyMatch(one -> holds(one, wanted)));
    }

    private static boolean holds(@Nullable String where, String wanted) {
        if (where == null) {
            return false;
        }
        for (int at = 0; at <= where.length() - wanted.length(); at++) {
            if (where.regionMatches(true, at, wanted, 0, wanted.length())) {
                return true;
            }
        }
        return false;
    }

    private record Place(Comparable<?> key, String minerId) {

        static Place of(String cursor, Column column) {
            List<String> parts = Cursors.decode(cursor, 2);
            try {
                return new Place(column.parsed.apply(parts.get(0)), parts.get(1));
            } catch (IllegalArgumentException e) {
                throw Cursors.badCursor();
            }
        }

        @SuppressWarnings("unchecked") // Keys of one column are of one type.
        boolean isBefore(Entry entry, boolean descending) {
            int byKey = ((Comparable<Object>) key).compareTo(entry.key());
            int order = byKey != 0 ? byKey : minerId.compareTo(entry.miner().minerId());
            return descending ? order > 0 : order < 0;
        }
    }

    /** When a miner was last heard of, given the grace period; null when it never was. */
    public static @Nullable Instant heard(FleetMiner miner, Duration grace) {
        return miner.downAfter() == null ? null : miner.downAfter().minus(grace);
    }
}
