package io.aitbc.benchmarks.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Predictions stay as good as they are; the figures to report are those of {@code benchmarks/run prediction}. */
class PredictionQualityTest {

    @Test
    void predictionsAreBetterThanALineThroughTwoPoints() {
        PredictionBenchmark.Result result = PredictionBenchmark.run(5_000, 160);
        Judge ours = PredictionBenchmark.Result.all(result.ours());
        Judge twoPoints = PredictionBenchmark.Result.all(result.twoPoints());
        assertThat(ours.precision()).isGreaterThan(0.8).isGreaterThan(2 * twoPoints.precision());
        assertThat(ours.recall()).isGreaterThan(0.72);
        assertThat(ours.medianError()).isLessThan(0.15).isLessThan(twoPoints.medianError());
    }
}
