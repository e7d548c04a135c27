package io.aitbc.gpu.remediation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds what many alerts have in common: twenty hot GPUs in one rack are one incident, not twenty. */
public final class Incidents {

    /** So many GPUs of one group make an incident. */
    public static final int AT_LEAST = 3;

    private static final double SHARE_OF_GROUP = 0.1;

    /** An alert, and the groups that its GPU belongs to, such as {@code model=NVIDIA L40S}. */
    public record Member(String gpuUuid, String rule, Instant firedAt, Set<String> groups) {}

    /**
     * Many GPUs with the same trouble.
     *
     * @param group what they have in common
     * @param since when the first of them had it
     */
    public record Incident(String rule, String group, Instant since, Set<String> gpus) {}

    private final Duration together;

    /** @param together alerts that fired within this time of each other may be one incident */
    public Incidents(Duration together) {
        this.together = together;
    }

    /**
     * Groups open alerts. The smallest group that explains most of a rule's alerts is named first; each alert belongs to one
     * incident at most.
     *
     * @param sizes GPUs by group
     */
    public List<Incident> find(Collection<Member> open, Map<String, Integer> sizes) {
        List<Incident> found = new ArrayList<>();
        Map<String, List<Member>> byRule =
                open.stream().collect(Collectors.groupingBy(Member::rule, TreeMap::new, Collectors.toList()));
        byRule.forEach((rule, members) -> {
            for (List<Member> near : burst(members)) {
                explain(rule, near, sizes, found);
            }
        });
        return found;
    }

    /** Splits where more time than allowed lies between one alert and the next. */
    private List<List<Member>> burst(List<Member> members) {
        List<Member> sorted = new ArrayList<>(members);
        sorted.sort(Comparator.comparing(Member::firedAt));
        List<List<Member>> bursts = new ArrayList<>();
        List<Member> current = new ArrayList<>();
        for (Member member : sorted) {
            boolean far = !current.isEmpty()
                    && current.get(current.size() - 1).firedAt().plus(together).isBefore(member.firedAt());
            if (far) {
                bursts.add(current);
                current = new ArrayList<>();
            }
            current.add(member);
        }
        bursts.add(current);
        return bursts;
    }

    private static void explain(String rule, List<Member> members, Map<String, Integer> sizes, List<Incident> found) {
        List<Member> left = new ArrayList<>(members);
        while (left.size() >= AT_LEAST) {
            Map<String, Set<String>> gpus = new HashMap<>();
            left.forEach(member -> member.groups()
                    .forEach(group ->
                            gpus.computeIfAbsent(group, name -> new HashSet<>()).add(member.gpuUuid())));
            String best = gpus.entrySet().stream()
                    .filter(entry -> entry.getValue().size() >= AT_LEAST
                            && entry.getValue().size() >= SHARE_OF_GROUP * sizes.getOrDefault(entry.getKey(), 0))
                    .max(Comparator.<Map.Entry<String, Set<String>>>comparingInt(
                                    entry -> entry.getValue().size())
                            .thenComparing(
                                    entry -> sizes.getOrDefault(entry.getKey(), Integer.MAX_VALUE),
                                    Comparator.reverseOrder())
                            .thenComparing(Map.Entry::getKey))
                    .map(Map.Entry::getKey)
                    .orElse(null);
            if (best == null) {
                return;
            }
            List<Member> mine = left.stream()
                    .filter(member -> member.groups().contains(best))
                    .toList();
            Set<String> theirs = mine.stream().map(Member::gpuUuid).collect(Collectors.toCollection(TreeSet::new));
            found.add(new Incident(rule, best, mine.get(0).firedAt(), theirs));
            left.removeAll(mine);
        }
    }
}
