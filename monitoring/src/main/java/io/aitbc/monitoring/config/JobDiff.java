package io.aitbc.monitoring.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What differs between two lists of our jobs, as a unified diff of their lines without context. Of other jobs it shows nothing: they
 * may hold passwords.
 */
final class JobDiff {

    private static final int LONGEST = 16_000;

    private JobDiff() {}

    static String of(List<ScrapeJob> before, List<ScrapeJob> after) {
        Map<String, ScrapeJob> old = byName(before);
        Map<String, ScrapeJob> next = byName(after);
        TreeSet<String> names = new TreeSet<>(old.keySet());
        names.addAll(next.keySet());
        StringBuilder diff = new StringBuilder("--- our jobs before\n+++ our jobs after\n");
        int oldLine = 1;
        int newLine = 1;
        for (String name : names) {
            List<String> gone = lines(old, name);
            List<String> come = lines(next, name);
            if (!gone.equals(come)) {
                diff.append("@@ -%s +%s @@\n".formatted(range(oldLine, gone), range(newLine, come)));
                gone.forEach(line -> diff.append('-').append(line).append('\n'));
                come.forEach(line -> diff.append('+').append(line).append('\n'));
            }
            oldLine += gone.size();
            newLine += come.size();
        }
        return diff.length() <= LONGEST
                ? diff.toString()
                : diff.substring(0, LONGEST) + "\n(%d more characters)\n".formatted(diff.length() - LONGEST);
    }

    /** Where there are no lines, the one before is named. */
    private static String range(int from, List<String> lines) {
        return (lines.isEmpty() ? from - 1 : from) + "," + lines.size();
    }

    private static List<String> lines(Map<String, ScrapeJob> jobs, String name) {
        ScrapeJob job = jobs.get(name);
        return job == null ? List.of() : PrometheusYaml.lines(List.of(job));
    }

    private static Map<String, ScrapeJob> byName(List<ScrapeJob> jobs) {
        return jobs.stream()
                .collect(Collectors.toMap(ScrapeJob::name, Function.identity(), (one, other) -> other, TreeMap::new));
    }
}
