package io.aitbc.monitoring.config;

import io.aitbc.monitoring.session.Durations;
import io.aitbc.monitoring.target.ScrapedTarget;
import io.aitbc.monitoring.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/**
 * One of our jobs in Prometheus' configuration.
 *
 * @param name {@code <session_id>/<job_name>}: unique in the file
 * @param targets host:port
 * @param labels those of its series; {@code job} is the target's own job name
 */
record ScrapeJob(
        String name,
        Duration interval,
        Duration timeout,
        String path,
        String scheme,
        SortedMap<String, List<String>> params,
        List<String> targets,
        SortedMap<String, String> labels) {

    private static final Set<String> KEYS = Set.of(
            "job_name", "scrape_interval", "scrape_timeout", "metrics_path", "scheme", "params", "static_configs");

    ScrapeJob {
        params = new TreeMap<>(params);
        targets = List.copyOf(targets);
        labels = new TreeMap<>(labels);
    }

    static ScrapeJob of(ScrapedTarget scraped) {
        Target target = scraped.target();
        return new ScrapeJob(
                target.sessionId() + "/" + target.jobName(),
                target.scrapeInterval(),
                target.scrapeTimeout(),
                target.metricsPath(),
                target.scheme(),
                new TreeMap<>(target.params()),
                target.targets(),
                scraped.labels());
    }

    /** It as a node of the file. */
    Node node() {
        List<Map.Entry<String, Node>> fields = new ArrayList<>(List.of(
                Map.entry("job_name", Yamls.text(name)),
                Map.entry("scrape_interval", Yamls.text(Durations.print(interval))),
                Map.entry("scrape_timeout", Yamls.text(Durations.print(timeout))),
                Map.entry("metrics_path", Yamls.text(path)),
                Map.entry("scheme", Yamls.text(scheme))));
        if (!params.isEmpty()) {
            List<Map.Entry<String, Node>> written = new ArrayList<>();
            params.forEach((param, values) -> written.add(Map.entry(
                    param, Yamls.sequence(values.stream().map(Yamls::quoted).toList()))));
            fields.add(Map.entry("params", Yamls.mapping(written)));
        }
        List<Map.Entry<String, Node>> written = new ArrayList<>();
        labels.forEach((label, value) -> written.add(Map.entry(label, Yamls.quoted(value))));
        fields.add(Map.entry(
                "static_configs",
                Yamls.sequence(List.of(Yamls.mapping(List.of(
                        Map.entry(
                                "targets",
                                Yamls.sequence(
                                        targets.stream().map(Yamls::quoted).toList())),
                        Map.entry("labels", Yamls.mapping(written))))))));
        return Yamls.mapping(fields);
    }

    /** The job of ours that a node is, as we write it and nothing added by hand; empty when it is none. */
    static Optional<ScrapeJob> written(Node node) {
        return Yamls.fields(node).keySet().stream().allMatch(KEYS::contains) ? running(node) : Optional.empty();
    }

    /** The job of ours that a node is, where Prometheus has added its defaults; empty when it is none. */
    static Optional<ScrapeJob> running(Node node) {
        Map<String, Node> fields = Yamls.fields(node);
        List<Node> groups = Yamls.items(fields.get("static_configs"));
        if (groups.size() != 1) {
            return Optional.empty();
        }
        Map<String, Node> group = Yamls.fields(groups.get(0));
        TreeMap<String, String> labels = new TreeMap<>();
        Yamls.fields(group.get("labels")).forEach((label, value) -> labels.put(label, Yamls.string(value)));
        TreeMap<String, List<String>> params = new TreeMap<>();
        Yamls.fields(fields.get("params")).forEach((param, values) -> params.put(param, strings(values)));
        String name = Yamls.string(fields.get("job_name"));
        Optional<Duration> interval = Durations.parse(Yamls.string(fields.get("scrape_interval")));
        Optional<Duration> timeout = Durations.parse(Yamls.string(fields.get("scrape_timeout")));
        boolean ours = labels.keySet().containsAll(Set.of("session_id", "job", "job_id", "target_type"))
                && name.equals(labels.get("session_id") + "/" + labels.get("job"));
        return !ours || interval.isEmpty() || timeout.isEmpty()
                ? Optional.empty()
                : Optional.of(new ScrapeJob(
                        name,
                        interval.get(),
                        timeout.get(),
                        Yamls.string(fields.get("metrics_path")),
                        Yamls.string(fields.get("scheme")),
                        params,
                        strings(group.get("targets")),
                        labels));
    }

    private static List<String> strings(@Nullable Node node) {
        return Yamls.items(node).stream().map(Yamls::string).toList();
    }
}
