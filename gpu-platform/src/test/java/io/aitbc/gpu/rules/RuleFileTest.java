package io.aitbc.gpu.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aitbc.gpu.rules.InvalidRules.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules are data. */
class RuleFileTest {

    private static final String GOOD = """
            version: mine-1
            rules:
              - name: HOT
                when: {signal: temperature_celsius, at_least: 70, clears_at: 65}
                for: 2m
                action: THROTTLE
                severity: CRITICAL
                shadow: true
            profiles:
              - {name: T4, models: [Tesla T4], board_power_watts: 70, levels: {HOT: 85}}
            xids:
              - {xid: 43, action: QUARANTINE, reason: "seen before every failure here"}
            """;

    @Test
    void readsRulesProfilesAndOverrides() throws InvalidRules {
        RuleSet set = RuleFile.read(GOOD);
        assertThat(set.version()).isEqualTo("mine-1");
        AlertRule hot = set.rule("HOT").orElseThrow();
        assertThat(hot.holds()).isEqualTo(Duration.ofMinutes(2));
        assertThat(hot.shadow()).isTrue();
        assertThat(set.xids().action(43)).isEqualTo(Action.QUARANTINE);
        assertThat(set.xids().find(43).orElseThrow().reason()).isEqualTo("seen before every failure here");
        RuleSet.ForModel t4 = set.forModel("NVIDIA Tesla T4");
        assertThat(t4.boardPowerWatts()).isEqualTo(70);
        Condition.Level level = (Condition.Level) t4.rules().get(0).when();
        assertThat(level.level()).isEqualTo(85);
        assertThat(level.clearsAt()).as("as far below as before").isEqualTo(80);
        assertThat(set.forModel(null).profile()).isNull();
    }

    @ParameterizedTest(name = "{1} → {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "at_least: 70 | at_least: hot | line 4: at_least must be a number, was hot",
                "at_least: 70 | at_leest: 70 | line 4: a signal needs either at_least or above",
                "clears_at: 65 | clears_at: 75 | line 3: clears_at must be below the level 70.0, was 75.0",
                "temperature_celsius | temprature | line 4: there is no signal temprature",
                "for: 2m | for: 2 minutes | line 5: for must be a duration such as 45s, 5m or 1h, was 2 minutes",
                "for: 2m | for: 25h | line 3: for must be within 0s..24h, was 90000s",
                "action: THROTTLE | action: EXPLODE | line 6: action must be one of [RECORD, NOTIFY, THROTTLE, PREEMPT,"
                        + " QUARANTINE], was EXPLODE",
                "severity: CRITICAL | severity: BAD | line 7: severity must be one of [INFO, WARNING, CRITICAL], was BAD",
                "shadow: true | shadow: maybe | line 8: shadow must be true or false, was maybe",
                "shadow: true | shade: true | line 8: shade is not known here; known are action, for, name, severity, shadow,"
                        + " when",
                "name: HOT | name: hot | line 3: name must be upper case with underscores, at most 64 characters, was hot",
                "board_power_watts: 70 | board_power_watts: 0 | line 10: board_power_watts must be within 1..10000, was 0.0",
                "levels: {HOT: 85} | levels: {COLD: 85} | profile T4 sets a level of COLD, which no rule has",
                "action: QUARANTINE | action: PREEMPT | line 12: action of an XID must be RECORD, NOTIFY or QUARANTINE, was"
                        + " PREEMPT",
                "version: mine-1 | rules: 7 | version is missing",
                "version: mine-1 | version: [ | this is not YAML"
            })
    void namesLineAndReason(String good, String bad, String fault) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> RuleFile.read(GOOD.replace(good, bad)))
                .isInstanceOf(InvalidRules.class)
                .hasMessageContaining(fault);
    }

    @Test
    void namesAllFaultsAtOnceInOrder() {
        String bad = GOOD.replace("at_least: 70", "at_least: hot").replace("shadow: true", "shadow: maybe");
        InvalidRules refused = catchThrowableOfType(InvalidRules.class, () -> RuleFile.read(bad));
        assertThat(refused.faults()).extracting(Fault::line).containsExactly(4, 8);
    }

    @Test
    void aFaultyFileLeavesTheRulesInForce() throws InvalidRules {
        RuleBook book = new RuleBook(RuleFile.read(GOOD));
        RuleSet before = book.current();
        assertThatThrownBy(() -> book.replace(GOOD.replace("THROTTLE", "EXPLODE")))
                .isInstanceOf(InvalidRules.class);
        assertThat(book.current()).isSameAs(before);
    }

    @ParameterizedTest
    @CsvSource({"''", "'- a'", "'7'", "'a: &x [*x]'", "'version: 1\nversion: 2'", "'rules: []'"})
    void whatIsNoRuleFileIsRefused(String text) {
        assertThatThrownBy(() -> RuleFile.read(text)).isInstanceOf(InvalidRules.class);
    }

    @Test
    void yamlThatMultipliesItselfIsRefused() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        assertThatThrownBy(() -> RuleFile.read(laughs.toString())).isInstanceOf(InvalidRules.class);
    }

    @Test
    void theStandardRulesAreTheEightOfTheSpecificationAndMore() {
        List<String> names =
                RuleSet.standard().rules().stream().map(AlertRule::name).toList();
        assertThat(names)
                .contains(
                        "THERMAL_WARNING",
                        "THERMAL_CRITICAL",
                        "POWER_SPIKE",
                        "POWER_CRITICAL",
                        "ECC_ERRORS_SPIKE",
                        "ECC_UNCORRECTABLE",
                        "THROTTLING",
                        "MEMORY_PRESSURE");
        assertThat(RuleSet.standard().forModel("NVIDIA GeForce RTX 4090").profile())
                .isEqualTo("RTX-4090");
        assertThat(RuleSet.standard().forModel("NVIDIA H100 PCIe").profile()).isEqualTo("H100-PCIE");
    }
}
