package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.target.TargetType;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** How completely the targets of a session were scraped in a window. */
record Scrapes(List<Address> addresses, BigDecimal expected) {

    /** Gaps are longer than an interval only when a scrape is missing; a scrape may be late by some of it. */
    private static final double LATE = 1.75;

    private static final int MOST_NAMED = 5;

    Scrapes {
        addresses = List.copyOf(addresses);
    }

    /**
     * One address of a job.
     *
     * @param types of the targets that it is of; all when it is not known
     * @param worked scrapes that worked
     */
    record Address(Set<TargetType> types, double intervalS, long worked, Manifest.Target target) {

        /** One scrape may fall beyond the window's edge without one being missing. */
        boolean isComplete() {
            Double gap = target.longestGapS();
            return worked >= Math.max(1, target.scrapesExpected() - 1) && (gap == null || gap <= LATE * intervalS);
        }

        String describe() {
            return target.job() + " at " + target.instance() + ": " + worked + " of " + target.scrapesExpected()
                    + " scrapes worked"
                    + (target.longestGapS() == null ? "" : ", longest gap " + target.longestGapS() + " s");
        }
    }

    /** A sentence for each address of these types that is not complete; empty when all are. */
    List<String> missing(Collection<TargetType> types) {
        List<String> all = addresses.stream()
                .filter(address -> address.types().stream().anyMatch(types::contains))
                .filter(address -> !address.isComplete())
                .map(address -> address.describe() + ".")
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
