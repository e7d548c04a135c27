package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.target.TargetType;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How completely the targets of a session were scraped in a window. */
record Scrapes(List<Address> addresses, BigDecimal expected) {

    /** Gaps are longer than an interval only when a scrape is missing; a scrape may be late by some of it. */
    private static final double LATE = 1.75;

    /** A replaced target, or a scrape that is repeated, yields some more; so many more come of two that write the same. */
    private static final double TOO_MANY = 1.1;

    private static final long TOO_MANY_AT_LEAST = 2;
    private static final int MOST_NAMED = 5;

    Scrapes {
        addresses = List.copyOf(addresses);
    }

    /**
     * One address of a job.
     *
     * @param types of the targets that it is of; all when it is not known
     * @param isCounted whether no more scrapes than expected can be: not of what is not registered, whose interval is a guess,
     *     nor of what was deleted in the window, which is scraped until Prometheus has read its targets again
     * @param worked scrapes that worked
     */
    record Address(Set<TargetType> types, boolean isCounted, double intervalS, long worked, Manifest.Target target) {

        /** One scrape may fall beyond the window's edge without one being missing. */
        boolean isComplete() {
            Double gap = target.longestGapS();
            return worked >= Math.max(1, target.scrapesExpected() - 1) && (gap == null || gap <= LATE * intervalS);
        }

        boolean isScrapedTooOften() {
            long due = target.scrapesExpected();
            return isCounted && target.scrapesSeen() > due + TOO_MANY_AT_LEAST && target.scrapesSeen() > TOO_MANY * due;
        }

        /** What is wrong with it, if anything. */
        Optional<String> fault() {
            if (isScrapedTooOften()) {
                return Optional.of(target.job() + " at " + target.instance() + ": " + target.scrapesSeen()
                        + " scrapes instead of " + target.scrapesExpected()
                        + ": something else writes the same series (both ways of MONITORING_TARGETS at once, or the"
                        + " same address in two jobs), and the figures may be wrong.");
            }
            return isComplete() ? Optional.empty() : Optional.of(describe() + ".");
        }

        private String describe() {
            return target.job() + " at " + target.instance() + ": " + worked + " of " + target.scrapesExpected()
                    + " scrapes worked"
                    + (target.longestGapS() == null ? "" : ", longest gap " + target.longestGapS() + " s");
        }
    }

    /** Whether an address is of one of these types. */
    boolean haveAny(Collection<TargetType> types) {
        return addresses.stream().anyMatch(address -> address.types().stream().anyMatch(types::contains));
    }

    /** A sentence for each address of these types that was scraped too seldom or too often; empty when none was. */
    List<String> faults(Collection<TargetType> types) {
        List<String> all = addresses.stream()
                .filter(address -> address.types().stream().anyMatch(types::contains))
                .flatMap(address -> address.fault().stream())
                .toList();
        if (all.size() <= MOST_NAMED) {
            return all;
        }
        return java.util.stream.Stream.concat(
                        all.stream().limit(MOST_NAMED),
                        java.util.stream.Stream.of("and " + (all.size() - MOST_NAMED) + " more."))
                .toList();
    }
}
