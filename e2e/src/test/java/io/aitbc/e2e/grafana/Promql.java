package io.aitbc.e2e.grafana;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a query, beyond its syntax, which is Prometheus' to judge. */
final class Promql {

    private static final Pattern SELECTOR = Pattern.compile(
            "(?<![\\w:])(?:(?<function>\\w+)?(?<open>\\())?(?<metric>[a-zA-Z_:][\\w:]*)\\{(?<matchers>[^}]*)\\}(?<window>\\[[^\\]]*\\])?");
    private static final Pattern WORD = Pattern.compile("(?<![\\w:.])([a-zA-Z_:][\\w:]*)\\s*([({]?)");
    private static final Set<String> WORDS = Set.of(
            "and", "or", "unless", "on", "ignoring", "group_left", "group_right", "by", "without", "offset", "bool");
    private static final Set<String> WINDOWS = Set.of("[$__rate_interval]", "[$__range]");
    /** Gauges whose specified names end as counters do. */
    private static final Set<String> GAUGES = Set.of("service_restart_count");

    private Promql() {}

    static List<String> problems(String query) {
        List<String> problems = new ArrayList<>();
        if (query.isBlank()) {
            problems.add("it asks for nothing");
        }
        Matcher selectors = SELECTOR.matcher(query);
        while (selectors.find()) {
            selector(selectors, problems);
        }
        quantiles(query, problems);
        bare(query, problems);
        return problems;
    }

    private static void selector(Matcher found, List<String> problems) {
        String metric = found.group("metric");
        String matchers = found.group("matchers");
        if (!matchers.matches("(.*,)?(job=~?\"(?!\\.\\*).+|node=~\"\\$node\".*)")) {
            problems.add(metric + " may be anybody's: it is chosen neither by job nor by node");
        }
        boolean rated = "rate".equals(found.group("function")) || "increase".equals(found.group("function"));
        String window = found.group("window");
        if (isCounter(metric) && !(rated && found.group("open") != null && window != null)) {
            problems.add(metric + " is a counter without rate() or increase()");
        }
        if (!isCounter(metric) && rated) {
            problems.add(metric + " is a gauge under " + found.group("function") + "()");
        }
        if (window != null && !WINDOWS.contains(window)) {
            problems.add(metric + window + " does not grow with the scrape interval: take $__rate_interval");
        }
    }

    private static boolean isCounter(String metric) {
        return metric.matches(".*_(total|count|sum|bucket)") && !GAUGES.contains(metric);
    }

    private static void quantiles(String query, List<String> problems) {
        int calls = query.split("histogram_quantile\\(", -1).length - 1;
        int right = 0;
        Matcher sums = Pattern.compile("histogram_quantile\\(0\\.\\d+, sum by \\(le[^)]*\\) \\(rate\\(\\w+_bucket\\{")
                .matcher(query);
        while (sums.find()) {
            right++;
        }
        if (calls != right) {
            problems.add("a quantile is not one over sum by (le, …) (rate(…_bucket))");
        }
    }

    private static void bare(String query, List<String> problems) {
        String rest = query.replaceAll("\"[^\"]*\"", "\"\"")
                .replaceAll("\\{[^}]*\\}", "{}")
                .replaceAll("\\[[^\\]]*\\]", "")
                .replaceAll("\\b(by|without|on|ignoring)\\s*\\([^)]*\\)", "");
        Matcher words = WORD.matcher(rest);
        while (words.find()) {
            if (words.group(2).isEmpty() && !WORDS.contains(words.group(1))) {
                problems.add(words.group(1) + " is chosen by no label");
            }
        }
    }
}
