package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.SlaCredit;
import io.aitbc.coordinator.sla.SlaEpisode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** For which times which episode of a miner's gives a credit: each instant at most once, by the episode that gives the most. */
final class SlaCredits {

    private SlaCredits() {}

    /**
     * What an episode gives.
     *
     * @param windows the times for which it does, apart from each other, in their order
     */
    record Credit(SlaEpisode episode, SlaCredit level, List<BillingPeriod> windows) {}

    private record Level(SlaEpisode episode, SlaCredit credit) {}

    /**
     * The credits of one miner's episodes within a period. The level is that of the plan's version in force when the episode
     * began, for the worst value measured in it.
     *
     * @param credited episodes that gave a credit before: they keep their times, and give nothing again
     */
    static List<Credit> of(Collection<SlaEpisode> episodes, PricePlan plan, BillingPeriod period, Set<UUID> credited) {
        List<Level> levels = new ArrayList<>();
        TreeSet<Instant> times = new TreeSet<>();
        for (SlaEpisode episode : episodes) {
            Instant from = later(episode.startedAt(), period.start());
            Instant to = earlier(episode.endedAt(), period.end());
            Optional<SlaCredit> credit = plan.at(episode.startedAt())
                    .flatMap(version -> version.slaCredit(episode.metric(), episode.worst()));
            if (credit.isPresent() && from.isBefore(to)) {
                levels.add(new Level(episode, credit.get()));
                times.add(from);
                times.add(to);
            }
        }
        levels.sort(Comparator.comparing(
                        (Level level) -> !credited.contains(level.episode().episodeId()))
                .thenComparing(level -> level.credit().creditPct(), Comparator.reverseOrder())
                .thenComparing(level -> level.episode().startedAt())
                .thenComparing(level -> level.episode().episodeId()));
        Map<Level, List<BillingPeriod>> windows = new LinkedHashMap<>();
        Instant last = null;
        for (Instant time : times) {
            Instant from = last;
            if (from != null) {
                levels.stream()
                        .filter(level -> !level.episode().startedAt().isAfter(from)
                                && !level.episode().endedAt().isBefore(time))
                        .findFirst()
                        .ifPresent(best -> add(windows.computeIfAbsent(best, key -> new ArrayList<>()), from, time));
            }
            last = time;
        }
        return windows.entrySet().stream()
                .filter(entry -> !credited.contains(entry.getKey().episode().episodeId()))
                .map(entry ->
                        new Credit(entry.getKey().episode(), entry.getKey().credit(), entry.getValue()))
                .sorted(Comparator.comparing(
                                (Credit credit) -> credit.windows().get(0).start())
                        .thenComparing(credit -> credit.episode().episodeId()))
                .toList();
    }

    private static void add(List<BillingPeriod> windows, Instant from, Instant to) {
        int last = windows.size() - 1;
        if (last >= 0 && windows.get(last).end().equals(from)) {
            windows.set(last, new BillingPeriod(windows.get(last).start(), to));
        } else {
            windows.add(new BillingPeriod(from, to));
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
