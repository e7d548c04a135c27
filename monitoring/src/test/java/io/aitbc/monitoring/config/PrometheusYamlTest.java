package io.aitbc.monitoring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assumptions;

class PrometheusYamlTest {

    /** Files of others, each with all that must stay in it. */
    static final List<String> FOREIGN = List.of(
            "",
            "# nothing but a remark",
            "global:\n  scrape_interval: 15s",
            "scrape_configs: []\n",
            "scrape_configs:\n",
            "scrape_configs: ~ # none\nrule_files: []\n",
            "global: {scrape_interval: 1s}\nscrape_configs: [ ]\nrule_files:\n  - '*.rules'\n",
            """
            # The whole of it.
            global:
              scrape_interval: &often 15s # often
              external_labels: {zone: "a # no remark", 'other': |-2
            scrape_configs:
              # The server itself.
              - job_name: "prometheus" # quoted
                static_configs:
                  - targets: ['localhost:9090']
                    labels:
                      session_id: s
                # Belongs to it too.

            # About the rules.
            rule_files:
              - first.rules
            """.replace(", 'other': |-2", "}"),
            """
            ---
            rule_files: [a.rules]
            scrape_configs:
            - job_name: node
              scrape_interval: *often
              static_configs:
              - targets:
                - node:9100
            """.replace("*often", "30s") + "  # the end of node\n# the end\n...\n",
            "scrape_configs:\r\n    -   job_name:   wide   \r\n        static_configs:   [ {targets: [ 'a:1' ]} ]\r\n\r\nglobal:\r\n    scrape_interval: 1m\r\n",
            """
            x: &base
              scheme: https
            scrape_configs:
              - <<: *base
                job_name: "emoji 😀 \\u2028"
                relabel_configs:
                  - regex: >-
                      a
                      b

                    target_label: c
              - job_name: last
                metric_relabel_configs:
                  - source_labels: [a]
                    action: drop
                    regex: |
                      # no remark

                      x
            """);

    @Property(tries = 300)
    void whatIsWrittenIsReadAsItWas(
            @ForAll("foreign") String text,
            @ForAll("jobs") List<ScrapeJob> first,
            @ForAll("jobs") List<ScrapeJob> second) {
        PrometheusYaml before = PrometheusYaml.read(text);
        assertThat(before.jobs()).isEmpty();
        String once = before.with(first, 1).text();
        PrometheusYaml read = PrometheusYaml.read(once);
        assertThat(read.jobs()).isEqualTo(first);
        assertThat(read.foreign()).isEqualTo(before.foreign());
        assertThat(PrometheusYaml.sha256(once)).hasValue(before.with(first, 1).sha256());

        String twice = read.with(second, 2).text();
        assertThat(PrometheusYaml.read(twice).jobs()).isEqualTo(second);
        assertThat(others(twice, second)).as("nothing else has changed").isEqualTo(others(text, List.of()));
        if (!first.isEmpty()) {
            assertThat(PrometheusYaml.read(twice).with(first, 1).text())
                    .as("it does not matter what stood there between")
                    .isEqualTo(once);
        }
    }

    /** All lines that are not ours, as far as they are not a place for ours. */
    private static List<String> others(String text, List<ScrapeJob> ours) {
        List<String> lines = text.lines()
                .filter(line -> !line.startsWith("# monitoring: generation"))
                .map(line -> line.replaceFirst("^scrape_configs: (?:\\[ ?]|~)", "scrape_configs: "))
                .map(line -> line.matches("scrape_configs: *") ? "" : line)
                .collect(Collectors.toList());
        List<String> block =
                PrometheusYaml.lines(ours).stream().map(String::strip).toList();
        List<String> stripped = lines.stream().map(String::strip).toList();
        int at = Collections.indexOfSubList(stripped, block);
        assertThat(at).as("they stand together").isNotNegative();
        lines.subList(at, at + block.size()).clear();
        lines.removeIf(String::isBlank);
        return lines;
    }

    @Example
    void promtoolTakesWhatIsWritten() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/promtool")), "no promtool");
        Promtool promtool = new Promtool("promtool");
        List<ScrapeJob> jobs = jobs().sample();
        Path file = Files.createTempFile("prometheus", ".yml");
        for (String text : FOREIGN) {
            Files.writeString(
                    file,
                    PrometheusYaml.read(text.replaceAll("(?s)x: &base.*?\nscrape", "scrape")
                                    .replace("<<: *base\n    ", ""))
                            .with(jobs, 1)
                            .text());
            assertThat(promtool.fault(file)).as(Files.readString(file)).isEmpty();
        }
        Files.writeString(file, "scrape_configs: [{job_name: a}, {job_name: a}]");
        assertThat(promtool.fault(file).orElse("")).contains("multiple scrape configs");
        Files.delete(file);
    }

    @Example
    void looksLikeThis() {
        ScrapeJob job = job("bench01", "vllm", List.of("server-api:8001"), new TreeMap<>(), "x");
        assertThat(PrometheusYaml.read("scrape_configs:\n  - job_name: other # theirs\n\nrule_files: []\n")
                        .with(List.of(job), 7)
                        .text())
                .startsWith("# monitoring: generation 7, sha256 of what follows ")
                .endsWith("""
                        the rest is yours.
                        scrape_configs:
                          - job_name: other # theirs
                          - job_name: bench01/vllm
                            scrape_interval: 15s
                            scrape_timeout: 10s
                            metrics_path: /metrics
                            scheme: http
                            static_configs:
                            - targets:
                              - "server-api:8001"
                              labels:
                                job: "vllm"
                                job_id: "1"
                                session_id: "bench01"
                                target_type: "vllm"
                                team: "x"

                        rule_files: []
                        """);
    }

    @Example
    void whatCannotTakeJobsIsRefused() {
        ScrapeJob job = job("s", "j", List.of("a:1"), new TreeMap<>(), "x");
        for (String text : new String[] {
            "scrape_configs: [{job_name: a}]",
            "{scrape_configs: []}",
            "scrape_configs: {a: b}",
            "- a",
            "text",
            "a: b\n---\nc: d\n",
            "scrape_configs: []\nscrape_configs: []",
            "scrape_configs:\n- job_name: a\n- job_name: a\n",
            "scrape_configs: [ # remark\n]\n",
            "a: [",
            "\tb: c",
            "scrape_configs:\n- job_name: s/j\n  honor_labels: true\n"
        }) {
            assertThatThrownBy(() -> PrometheusYaml.read(text).with(List.of(job), 1))
                    .as(text)
                    .isInstanceOf(ConfigUnusable.class);
        }
    }

    @Example
    void aJobOfOursThatWasChangedByHandIsNotOursAnyMore() {
        ScrapeJob job = job("s", "j", List.of("a:1"), new TreeMap<>(), "x");
        String text = PrometheusYaml.read("").with(List.of(job), 1).text();
        PrometheusYaml changed = PrometheusYaml.read(text.replace("scheme: http", "honor_labels: true"));
        assertThat(changed.jobs()).isEmpty();
        assertThat(changed.foreign()).containsExactly("s/j");
        assertThat(PrometheusYaml.sha256(text)).isPresent();
        assertThat(PrometheusYaml.sha256(text.replace("a:1", "a:2"))).isEmpty();
    }

    @Example
    void aDiffShowsOurJobsOnly() {
        ScrapeJob a = job("s", "a", List.of("a:1"), new TreeMap<>(), "x");
        ScrapeJob b = job("s", "b", List.of("b:1"), new TreeMap<>(), "x");
        ScrapeJob other = job("s", "b", List.of("b:2"), new TreeMap<>(), "x");
        assertThat(JobDiff.of(List.of(a, b), List.of(a, b))).isEqualTo("--- our jobs before\n+++ our jobs after\n");
        assertThat(JobDiff.of(List.of(a, b), List.of(other)))
                .contains("@@ -1,14 +0,0 @@\n-- job_name: s/a")
                .contains("@@ -15,14 +1,14 @@\n-- job_name: s/b")
                .contains("-    - \"b:1\"\n")
                .contains("+    - \"b:2\"\n");
        assertThat(JobDiff.of(
                        List.of(), List.of(job("s", "c", Collections.nCopies(5000, "c:1"), new TreeMap<>(), "x"))))
                .hasSizeLessThan(16_100)
                .endsWith("more characters)\n");
    }

    @Provide
    Arbitrary<String> foreign() {
        return Arbitraries.of(FOREIGN);
    }

    @Provide
    Arbitrary<List<ScrapeJob>> jobs() {
        Arbitrary<String> text = Arbitraries.strings()
                .withChars("aZ0 :#-'\"\\{}[]&*!|>%@`,?~=<.äß😀\u2028\uFEFF\u00A0\u0301")
                .ofMinLength(1)
                .ofMaxLength(12)
                .filter(value -> value.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE));
        Arbitrary<String> name = Arbitraries.of(
                        "null", "true", "123", "1e5", "0x1F", "12:30:45", "a.b_c-d", "~x", "no", "2001-01-01")
                .map(each -> each.replace("~", "_"));
        Arbitrary<String> session = Arbitraries.of("bench01", "0", "null", "1.5");
        Arbitrary<List<String>> targets = Arbitraries.of("a:1", "[::1]:9100", "server-api:8001", "10.0.0.1:80")
                .list()
                .uniqueElements()
                .ofMinSize(1)
                .ofMaxSize(3);
        Arbitrary<TreeMap<String, List<String>>> params = Arbitraries.maps(
                        text, text.list().ofMinSize(1).ofMaxSize(2))
                .ofMaxSize(2)
                .map(TreeMap::new);
        return Combinators.combine(session, name, targets, params, text)
                .as(PrometheusYamlTest::job)
                .list()
                .uniqueElements(ScrapeJob::name)
                .ofMaxSize(4)
                .map(list -> list.stream()
                        .sorted(Comparator.comparing(ScrapeJob::name))
                        .toList());
    }

    static ScrapeJob job(
            String session, String name, List<String> targets, TreeMap<String, List<String>> params, String team) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("session_id", session);
        labels.put("job", name);
        labels.put("job_id", "1");
        labels.put("target_type", "vllm");
        labels.put("team", team);
        return new ScrapeJob(
                session + "/" + name,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                "/metrics",
                "http",
                params,
                targets,
                labels);
    }
}
