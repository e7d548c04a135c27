package io.aitbc.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.e2e.prometheus.AlertRules.Alert;
import io.aitbc.e2e.prometheus.AlertRules.Expected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether each alert has all that a person needs whom it wakes. */
class AlertRulesTest {

    private static final Path RUNBOOKS = AlertRules.ROOT.resolve("docs/runbooks");
    private static final Set<String> SPECIFIED = Set.of(
            "HighSLAViolationRate",
            "LowMinerUptime",
            "HighResponseTime",
            "ServiceDown",
            "BlockProcessingTooSlow",
            "JobProcessingTooSlow",
            "HighJobQueue",
            "HighFailureRate");

    private final List<Alert> alerts = AlertRules.alerts();

    @Test
    void alertsHaveTheNamesAndSeveritiesThatWereSpecified() {
        assertThat(names()).containsAll(SPECIFIED);
        assertThat(alerts)
                .allSatisfy(alert -> assertThat(alert.labels())
                        .as(alert.name())
                        .hasEntrySatisfying(
                                "severity", level -> assertThat(level).isIn("critical", "high", "warning"))
                        .hasEntrySatisfying(
                                "component",
                                part -> assertThat(part)
                                        .isIn(
                                                "fleet",
                                                "gpu",
                                                "jobs",
                                                "billing",
                                                "capacity",
                                                "service",
                                                "chain",
                                                "alerting")));
    }

    @Test
    void rulesOfOneNameDifferInTheirLabels() {
        assertThat(alerts.stream().map(alert -> alert.name() + alert.labels())).doesNotHaveDuplicates();
    }

    @Test
    void eachRuleIsTestedBothFiringAndNotFiring() {
        List<Expected> expectations = AlertRules.expectations();
        assertThat(alerts).allSatisfy(alert -> {
            List<Expected> checks = expectations.stream()
                    .filter(check -> check.name().equals(alert.name()))
                    .toList();
            assertThat(checks)
                    .as("%s %s is seen firing in a test", alert.name(), alert.labels())
                    .anyMatch(check -> check.alerts().stream().anyMatch(alert::made));
            assertThat(checks)
                    .as("%s %s is seen not firing in a test", alert.name(), alert.labels())
                    .anyMatch(check -> check.alerts().stream().noneMatch(alert::made));
        });
    }

    @Test
    void eachAlertSaysWhatItIsAndWhereItsRunbookIs() {
        assertThat(alerts).allSatisfy(alert -> {
            assertThat(alert.annotations()).as(alert.name()).containsOnlyKeys("summary", "description", "runbook_url");
            assertThat(alert.annotations().get("runbook_url"))
                    .isEqualTo("{{ $externalLabels.runbooks }}/" + alert.name() + ".md");
        });
    }

    /** Prometheus knows the labels of a rule itself only as labels of the alert, not as {@code $labels} in its words. */
    @Test
    void wordsNameNoLabelOfTheirOwnRule() {
        assertThat(alerts)
                .allSatisfy(alert -> assertThat(alert.labels().keySet())
                        .as(alert.name())
                        .noneMatch(label -> alert.annotations().values().stream()
                                .anyMatch(words -> words.contains("$labels." + label + " "))));
    }

    @Test
    void eachAlertHasARunbookAndEachRunbookAnAlert() throws IOException {
        Set<String> written;
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            written = files.map(file -> file.getFileName().toString().replace(".md", ""))
                    .filter(name -> !name.equals("README"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        assertThat(written).isEqualTo(names());
        for (String name : names()) {
            assertThat(Files.readString(RUNBOOKS.resolve(name + ".md")))
                    .as(name)
                    .startsWith("# " + name + "\n")
                    .contains("\n## See it\n", "\n## Likely causes\n", "\n## What to do\n", "\n## Over when\n");
        }
    }

    @Test
    void thePageOfAlertsListsEachWithItsSeverity() throws IOException {
        String page = Files.readString(AlertRules.ROOT.resolve("docs/alerting.md"));
        assertThat(alerts)
                .allSatisfy(alert -> assertThat(page.lines())
                        .as(alert.name())
                        .anyMatch(line -> line.startsWith(
                                        "| [" + alert.name() + "](runbooks/" + alert.name() + ".md) |")
                                && line.contains(String.valueOf(alert.labels().get("severity")))));
    }

    @Test
    void namesOfSeriesAreFoundInAnExpression() {
        assertThat(
                        AlertRules.namesIn(
                                "histogram_quantile(0.95, sum by (le, pool_id) (rate(job_seconds_bucket{a=\"b}\"}[5m]))) > 5 # c\n"
                                        + " unless on (x) label_replace(up{job=\"up\"} == 1, \"y\", \"z\", \"\", \"\") and a:b:c offset 1"))
                .containsExactly("a:b:c", "job_seconds_bucket", "up");
    }

    private Set<String> names() {
        return alerts.stream().map(Alert::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
