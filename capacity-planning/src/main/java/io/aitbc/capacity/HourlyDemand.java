package io.aitbc.capacity;

import io.aitbc.forecasting.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Mean demand of each hour, in slots.
 *
 * @param through the end of the last hour, which is the moment that a forecast begins at
 * @param series ends with that hour; an hour of which a pool said nothing is missing, not zero
 * @param whole the first hour from which on every pool that is there now was there: what came before is the demand of fewer pools
 */
public record HourlyDemand(Instant through, Series series, Instant whole) {

    /** A pool that said nothing for so long is gone, and is not waited for. */
    static final Duration GONE = Duration.ofHours(24);

    private static final Duration HOUR = Duration.ofHours(1);

    /** What a pool said in one hour: the sum over its samples, and how many samples that were. */
    record Told(double sum, int samples) {}

    /**
     * What one pool said of one class, or of all: by hour; an hour of which it said nothing is absent.
     *
     * @param there whether it is there now: then it never was gone, only silent
     */
    record PoolHours(NavigableMap<Instant, Told> hours, boolean there) {

        /** Null: it should have said something and did not. */
        private @Nullable Double at(Instant hour, Instant through) {
            if (hours.isEmpty() || hour.isBefore(hours.firstKey())) {
                return 0.0;
            }
            Told told = hours.get(hour);
            if (told != null) {
                return told.sum() / told.samples();
            }
            Instant last = hours.lastKey();
            boolean gone = !there && hour.isAfter(last) && last.isBefore(through.minus(GONE));
            return gone ? 0.0 : null;
        }
    }

    /** The sum over pools, from the first hour of any of them up to {@code through}, which is a full hour. */
    static HourlyDemand sum(Collection<PoolHours> pools, Instant through) {
        NavigableMap<Instant, Boolean> firsts = new TreeMap<>();
        pools.stream()
                .filter(pool -> !pool.hours().isEmpty())
                .forEach(pool -> firsts.put(pool.hours().firstKey(), true));
        if (firsts.isEmpty()) {
            return new HourlyDemand(through, Series.of(), through);
        }
        List<Double> values = new ArrayList<>();
        for (Instant hour = firsts.firstKey(); hour.isBefore(through); hour = hour.plus(HOUR)) {
            double sum = 0;
            for (PoolHours pool : pools) {
                Double value = pool.at(hour, through);
                sum += value == null ? Double.NaN : value;
            }
            values.add(sum);
        }
        Instant whole = pools.stream()
                .filter(pool -> pool.there() && !pool.hours().isEmpty())
                .map(pool -> pool.hours().firstKey())
                .max(Instant::compareTo)
                .orElse(firsts.firstKey());
        return new HourlyDemand(
                through,
                Series.of(values.stream().mapToDouble(Double::doubleValue).toArray()),
                whole);
    }

    /** A class's hours: where the pool told classes apart and did not name this one, there was no demand for it. */
    static PoolHours ofClass(Map<Instant, Told> classHours, Map<Instant, Integer> classedSamples, boolean there) {
        NavigableMap<Instant, Told> hours = new TreeMap<>();
        if (!classHours.isEmpty()) {
            Instant first = new TreeMap<>(classHours).firstKey();
            classedSamples.forEach((hour, samples) -> {
                if (samples > 0 && !hour.isBefore(first)) {
                    Told told = classHours.get(hour);
                    hours.put(hour, new Told(told == null ? 0 : told.sum(), samples));
                }
            });
        }
        return new PoolHours(hours, there);
    }

    /** The series without what came before {@link #whole()}, which says nothing about how little is enough now. */
    Series comparable() {
        double[] values = series.toArray();
        Instant start = through.minus(HOUR.multipliedBy(values.length));
        for (int i = 0; i < values.length && start.plus(HOUR.multipliedBy(i)).isBefore(whole); i++) {
            values[i] = Double.NaN;
        }
        return Series.of(values);
    }

    /** The end of the last hour that is observed; the epoch where none is. */
    Instant lastObserved() {
        for (int i = series.hours() - 1; i >= 0; i--) {
            if (Double.isFinite(series.at(i))) {
                return through.minus(HOUR.multipliedBy(series.hours() - 1L - i));
            }
        }
        return Instant.EPOCH;
    }

    /** The highest observed of the hours that begin in [from, to); not a number where none is observed. */
    double peak(Instant from, Instant to) {
        double peak = Double.NaN;
        Instant start = through.minus(HOUR.multipliedBy(series.hours()));
        for (int i = 0; i < series.hours(); i++) {
            Instant hour = start.plus(HOUR.multipliedBy(i));
            double value = series.at(i);
            if (!hour.isBefore(from) && hour.isBefore(to) && Double.isFinite(value)) {
                peak = Double.isNaN(peak) ? value : Math.max(peak, value);
            }
        }
        return peak;
    }

    /** The share of the hours in [from, to) that is observed, 0..1. */
    double observed(Instant from, Instant to) {
        int seen = 0;
        Instant start = through.minus(HOUR.multipliedBy(series.hours()));
        for (int i = 0; i < series.hours(); i++) {
            Instant hour = start.plus(HOUR.multipliedBy(i));
            seen += !hour.isBefore(from) && hour.isBefore(to) && Double.isFinite(series.at(i)) ? 1 : 0;
        }
        long hours = Math.max(1, Duration.between(from, to).dividedBy(HOUR));
        return (double) seen / hours;
    }
}
