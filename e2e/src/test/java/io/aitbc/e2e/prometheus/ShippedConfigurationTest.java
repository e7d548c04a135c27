package io.aitbc.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** The files as they are shipped, loaded by the programs that they are for. */
class ShippedConfigurationTest {

    private static final List<String> KEYS =
            List.of("pool-hub", "coordinator-api", "monitoring", "coordinator-service");

    /** As it is installed: the files, and the keys beside them. */
    @TempDir
    Path installed;

    @BeforeEach
    void install() throws IOException {
        FileSystemUtils.copyRecursively(AlertRules.FOLDER, installed);
        Files.createDirectories(installed.resolve("keys"));
        for (String key : KEYS) {
            Files.writeString(installed.resolve("keys/" + key), "a-key");
        }
    }

    @Test
    void prometheusTakesItsConfigurationWithAllRules() throws Exception {
        Program.Answer answer = Program.called("promtool").run(installed, "check", "config", "prometheus.yml");
        assertThat(answer.status()).as(answer.words()).isZero();
        assertThat(answer.words()).contains(AlertRules.files("rules").size() + " rule files found");
        Files.delete(installed.resolve("keys/pool-hub"));
        assertThat(Program.called("promtool")
                        .run(installed, "check", "config", "prometheus.yml")
                        .status())
                .as("that it looks for the keys")
                .isNotZero();
    }

    @Test
    void rulesAreRules() throws Exception {
        Program.Answer answer = Program.called("promtool").run(installed, onAll("check", "rules"));
        assertThat(answer.status()).as(answer.words()).isZero();
    }

    @Test
    void eachAlertFiresWhenItShouldAndOnlyThen() throws Exception {
        Program.Answer answer = Program.called("promtool").run(installed, onAll("test", "tests"));
        assertThat(answer.status()).as(answer.words()).isZero();
    }

    @Test
    void aChangedThresholdIsNoticed() throws Exception {
        Program promtool = Program.called("promtool");
        Path rules = installed.resolve("rules/billing.yml");
        String shipped = Files.readString(rules);
        Files.writeString(rules, shipped.replace("> 7200", "> 7199"));
        assertThat(Files.readString(rules)).isNotEqualTo(shipped);
        Program.Answer answer = promtool.run(installed, "test", "rules", "tests/billing.yml");
        assertThat(answer.status()).as(answer.words()).isNotZero();
        assertThat(answer.words()).contains("BillingBacklogOld");
    }

    @Test
    void alertmanagerTakesItsConfigurationAndRoutesByWhoCanStillBeTold() throws Exception {
        Program amtool = Program.called("amtool");
        Program.Answer answer = amtool.run(installed, "check-config", "alertmanager.yml");
        assertThat(answer.status()).as(answer.words()).isZero();
        assertThat(receiver(amtool, "severity=critical", "component=fleet")).isEqualTo("coordinator");
        assertThat(receiver(amtool, "severity=warning", "component=gpu")).isEqualTo("coordinator");
        assertThat(receiver(amtool, "severity=critical", "component=service", "service=pool-hub"))
                .isEqualTo("coordinator");
        assertThat(receiver(amtool, "severity=critical", "component=service", "service=coordinator-api"))
                .isEqualTo("without-the-coordinator");
        assertThat(receiver(amtool, "severity=high", "component=alerting")).isEqualTo("without-the-coordinator");
    }

    @Test
    void theBlackboxExporterTakesItsConfiguration() throws Exception {
        Program.Answer answer = Program.called("blackbox_exporter", "prometheus-blackbox-exporter")
                .run(installed, "--config.file=blackbox.yml", "--config.check");
        assertThat(answer.status()).as(answer.words()).isZero();
    }

    private String receiver(Program amtool, String... labels) throws IOException, InterruptedException {
        return amtool.run(
                        installed,
                        Stream.concat(
                                        Stream.of("config", "routes", "test", "--config.file=alertmanager.yml"),
                                        Stream.of(labels))
                                .toArray(String[]::new))
                .words()
                .lines()
                .reduce("", (warnings, last) -> last);
    }

    /** {@code promtool check rules} or {@code test rules}, on all files of a folder. */
    private static String[] onAll(String verb, String folder) {
        return Stream.concat(
                        Stream.of(verb, "rules"),
                        AlertRules.files(folder).stream().map(file -> folder + "/" + file.getFileName()))
                .toArray(String[]::new);
    }
}
