package io.aitbc.gpu.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.gpu.health.AlertChange.Kind;
import io.aitbc.gpu.rules.RuleFile;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.RecoveryAction;
import io.aitbc.gpu.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An alert is an episode. */
class EpisodeTest {

    private static final String A100 = "NVIDIA A100-SXM4-80GB";

    private final Watched gpu = new Watched(A100);

    @Test
    void aHundredHotSamplesAreOneAlert() {
        gpu.with(Signal.TEMPERATURE, 83).keep(1_000, 10);
        assertThat(gpu.fired()).containsExactly("THERMAL_WARNING");
        assertThat(gpu.open()).containsExactly("THERMAL_WARNING");
    }

    @Test
    void resolvesWhenItHasBeenGoneForAsLong() {
        gpu.with(Signal.TEMPERATURE, 83).keep(60, 10);
        gpu.later(10).with(Signal.TEMPERATURE, 77).keep(50, 10);
        assertThat(gpu.open()).containsExactly("THERMAL_WARNING");
        gpu.later(10).sample();
        assertThat(gpu.open()).isEmpty();
        assertThat(gpu.of(Kind.RESOLVED)).containsExactly("THERMAL_WARNING");
        assertThat(gpu.changes.get(1).alert().resolvedAt()).isEqualTo(gpu.now());
    }

    @Test
    void staysOpenBetweenItsLevelAndThreeDegreesBelow() {
        gpu.with(Signal.TEMPERATURE, 83).keep(60, 10);
        gpu.later(10).with(Signal.TEMPERATURE, 78).keep(3_600, 10);
        assertThat(gpu.open()).containsExactly("THERMAL_WARNING");
    }

    @Test
    void aTemperatureThatSawsAroundTheLevelGivesOneAlert() {
        for (int i = 0; i < 500; i++) {
            gpu.with(Signal.TEMPERATURE, 75 + i % 10).sample();
            gpu.later(10);
        }
        assertThat(gpu.fired()).containsExactly("THERMAL_WARNING");
        Alert alert = gpu.changes.get(gpu.changes.size() - 1).alert();
        assertThat(alert.flaps()).as("and says how often it seemed over").isBetween(5, 60);
    }

    @Test
    void slowSawsAreTheSameTroubleToo() {
        for (int round = 0; round < 20; round++) {
            gpu.with(Signal.TEMPERATURE, 84).keep(120, 10);
            gpu.later(10).with(Signal.TEMPERATURE, 70).keep(120, 10);
            gpu.later(10);
        }
        assertThat(gpu.fired()).containsExactly("THERMAL_WARNING");
    }

    @Test
    void troubleThatComesBackMuchLaterIsAnotherAlert() {
        gpu.with(Signal.TEMPERATURE, 84).keep(120, 10);
        gpu.later(10).with(Signal.TEMPERATURE, 60).keep(1_200, 10);
        gpu.later(10).with(Signal.TEMPERATURE, 84).keep(120, 10);
        assertThat(gpu.fired()).containsExactly("THERMAL_WARNING", "THERMAL_WARNING");
        assertThat(gpu.changes.get(0).alert().id())
                .isNotEqualTo(gpu.changes.get(2).alert().id());
    }

    @Test
    void aValueThatFlapsJustBelowTheLevelStillFires() {
        for (double celsius : new double[] {90, 90, 84.9, 90, 90, 84.9, 90, 90}) {
            gpu.with(Signal.TEMPERATURE, celsius).sample();
            gpu.later(10);
        }
        assertThat(gpu.fired()).contains("THERMAL_CRITICAL");
    }

    @Test
    void aSingleLowSampleDoesNotUndoAMinuteOfHeat() {
        gpu.with(Signal.TEMPERATURE, 82).keep(50, 10);
        gpu.later(10).with(Signal.TEMPERATURE, 20).sample();
        gpu.later(10).with(Signal.TEMPERATURE, 82).keep(20, 10);
        assertThat(gpu.fired()).containsExactly("THERMAL_WARNING");
    }

    @Test
    void aGapNeitherFires() {
        gpu.with(Signal.TEMPERATURE, 83).sample();
        gpu.later(3_600).sample();
        assertThat(gpu.fired()).isEmpty();
        gpu.later(10).sample();
        assertThat(gpu.fired()).as("the time before the gap counts no more").isEmpty();
        gpu.keep(60, 10);
        assertThat(gpu.fired()).containsExactly("THERMAL_WARNING");
    }

    @Test
    void norClears() {
        gpu.with(Signal.TEMPERATURE, 83).keep(60, 10);
        gpu.later(10).with(Signal.TEMPERATURE, 40).sample();
        gpu.later(7_200).sample();
        assertThat(gpu.open()).containsExactly("THERMAL_WARNING");
        gpu.keep(60, 10);
        assertThat(gpu.open()).isEmpty();
    }

    @Test
    void aSeriesThatVanishesNeitherFiresNorClears() {
        gpu.with(Signal.TEMPERATURE, 83).keep(40, 10);
        gpu.later(10).without(Signal.TEMPERATURE).keep(600, 10);
        assertThat(gpu.fired()).isEmpty();
        gpu.later(10).with(Signal.TEMPERATURE, 83).keep(30, 10);
        assertThat(gpu.fired()).isEmpty();
        gpu.keep(60, 10);
        gpu.later(10).without(Signal.TEMPERATURE).keep(600, 10);
        assertThat(gpu.open()).containsExactly("THERMAL_WARNING");
    }

    @Test
    void aMinerThatBeatsMoreSeldomIsNotAGapForEver() {
        gpu.with(Signal.TEMPERATURE, 83).keep(1_200, 60);
        assertThat(gpu.fired()).containsExactly("THERMAL_WARNING");
    }

    @Test
    void aCounterThatStartsAgainNeitherFiresNorGoesNegative() {
        gpu.with(Signal.ECC_CORRECTED, 100).with(Signal.ECC_UNCORRECTED, 4).keep(60, 10);
        gpu.later(10)
                .with(Signal.ECC_CORRECTED, 12)
                .with(Signal.ECC_UNCORRECTED, 2)
                .sample();
        gpu.later(10).with(Signal.ECC_CORRECTED, 15).sample();
        assertThat(gpu.fired()).isEmpty();
        gpu.later(10).with(Signal.ECC_CORRECTED, 23).sample();
        assertThat(gpu.fired()).containsExactly("ECC_ERRORS_SPIKE");
        assertThat(gpu.changes.get(0).alert().worst()).isEqualTo(11);
    }

    @Test
    void errorsReadAgainAndAgainAreNoNewErrors() {
        gpu.with(Signal.ECC_CORRECTED, 2).keep(3_600, 10);
        gpu.later(10).with(Signal.ECC_CORRECTED, 11).keep(3_600, 10);
        assertThat(gpu.fired()).isEmpty();
    }

    @Test
    void anUncorrectedErrorDuringAGapIsNews() {
        gpu.with(Signal.ECC_UNCORRECTED, 0).keep(60, 10);
        gpu.later(7_200).with(Signal.ECC_UNCORRECTED, 1).sample();
        assertThat(gpu.fired()).containsExactly("ECC_UNCORRECTABLE");
    }

    @Test
    void correctedErrorsOverALongGapAreNoSpike() {
        gpu.with(Signal.ECC_CORRECTED, 0).keep(60, 10);
        gpu.later(7_200).with(Signal.ECC_CORRECTED, 48).sample();
        assertThat(gpu.fired()).isEmpty();
    }

    @Test
    void samplesOutOfOrderChangeNothing() {
        gpu.with(Signal.TEMPERATURE, 60).keep(60, 10);
        gpu.later(-30).with(Signal.TEMPERATURE, 99).sample();
        gpu.later(1).sample();
        assertThat(gpu.monitor.pending(Watched.UUID)).isEmpty();
    }

    @Test
    void theMilderAlertKnowsThatItEscalated() {
        gpu.with(Signal.TEMPERATURE, 88).keep(60, 10);
        assertThat(gpu.fired()).containsExactly("THERMAL_CRITICAL", "THERMAL_WARNING");
        assertThat(gpu.monitor.open(Watched.UUID))
                .filteredOn(alert -> alert.rule().equals("THERMAL_WARNING"))
                .singleElement()
                .extracting(Alert::escalatedTo)
                .isEqualTo("THERMAL_CRITICAL");
    }

    @Test
    void silenceIsAnAlertUntilTheNextSample() {
        gpu.with(Signal.TEMPERATURE, 50).sample();
        assertThat(gpu.monitor.watchSilence(gpu.now().plusSeconds(300), uuid -> true))
                .isEmpty();
        assertThat(gpu.monitor.watchSilence(gpu.now().plusSeconds(301), uuid -> true))
                .hasSize(1);
        assertThat(gpu.monitor.watchSilence(gpu.now().plusSeconds(400), uuid -> true))
                .isEmpty();
        assertThat(gpu.open()).containsExactly("TELEMETRY_STALE");
        gpu.later(500).sample();
        gpu.later(10).sample();
        assertThat(gpu.open()).isEmpty();
    }

    @Test
    void flagsAndTheDriversWishQuarantine() {
        gpu.with(Signal.ROW_REMAP_FAILURE, 1).sample();
        gpu.later(10).asksFor(RecoveryAction.GPU_RESET).sample();
        assertThat(gpu.fired()).containsExactly("ROW_REMAP_FAILURE", "DRIVER_ASKS_FOR_RECOVERY");
        gpu.later(10).asksFor(RecoveryAction.NONE).sample();
        assertThat(gpu.open()).containsExactly("ROW_REMAP_FAILURE");
    }

    @Test
    void aRuleSetThatChangesKeepsWhatItHasInCommon() throws Exception {
        gpu.with(Signal.TEMPERATURE, 83).with(Signal.ECC_CORRECTED, 5).keep(40, 10);
        RuleSet next = RuleFile.read(RuleFile.standardText().replace("standard-1", "mine-2"));
        gpu.book.replace(RuleFile.standardText().replace("standard-1", "mine-2"));
        assertThat(next.version()).isEqualTo("mine-2");
        gpu.later(10).keep(10, 10);
        assertThat(gpu.fired()).as("the minute goes on").containsExactly("THERMAL_WARNING");
        gpu.book.replace("""
                version: mine-3
                rules:
                  - name: ONLY_POWER
                    when: {signal: power_watts, above: 500, clears_at: 400}
                    action: NOTIFY
                    severity: WARNING
                """);
        gpu.later(10).sample();
        assertThat(gpu.open()).as("an alert whose rule is gone is over").isEmpty();
    }

    @Test
    void aRestartInMidEpisodeChangesNothing() {
        Random random = new Random(7);
        List<GpuSample> samples = new ArrayList<>();
        double celsius = 70;
        double corrected = 0;
        for (int i = 0; i < 2_000; i++) {
            celsius = Math.max(60, Math.min(92, celsius + random.nextGaussian() * 2));
            corrected += random.nextInt(30) == 0 ? random.nextInt(6) : 0;
            gpu.with(Signal.TEMPERATURE, Math.round(celsius)).with(Signal.ECC_CORRECTED, corrected);
            samples.add(
                    gpu.now(Map.of(Signal.TEMPERATURE, (double) Math.round(celsius), Signal.ECC_CORRECTED, corrected)));
            gpu.later(10);
        }
        List<AlertChange> whole = new ArrayList<>();
        samples.forEach(sample -> whole.addAll(gpu.monitor.accept(sample)));
        assertThat(whole).hasSizeGreaterThan(20);
        for (int cut = 100; cut < 2_000; cut += 97) {
            List<AlertChange> parts = new ArrayList<>();
            Watched before = new Watched(A100);
            for (GpuSample sample : samples.subList(0, cut)) {
                parts.addAll(before.monitor.accept(sample));
            }
            Watched after = new Watched(A100);
            after.monitor.restore(before.monitor.state(Watched.UUID).orElseThrow());
            for (GpuSample sample : samples.subList(cut, samples.size())) {
                parts.addAll(after.monitor.accept(sample));
            }
            assertThat(parts).as("cut at " + cut).isEqualTo(whole);
        }
    }

    @Test
    void aQuietGpuNeedsNothingKept() {
        gpu.with(Signal.TEMPERATURE, 50).with(Signal.ECC_CORRECTED, 40).keep(600, 10);
        assertThat(gpu.monitor.state(Watched.UUID).orElseThrow().isQuiet()).isTrue();
        gpu.with(Signal.ECC_CORRECTED, 41).sample();
        gpu.later(10).sample();
        assertThat(gpu.monitor.state(Watched.UUID).orElseThrow().isQuiet()).isFalse();
        gpu.later(10).keep(600, 10);
        assertThat(gpu.monitor.state(Watched.UUID).orElseThrow().isQuiet()).isTrue();
    }
}
