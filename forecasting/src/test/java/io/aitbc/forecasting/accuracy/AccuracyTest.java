package io.aitbc.forecasting.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AccuracyTest {

    private static final double NAN = Double.NaN;

    @Test
    void maseIsTheErrorInUnitsOfTheSeasonalNaiveOneInsideTheHistory() {
        double[] history = {1, 5, 2, 7, 4, 8};
        // a season of 2: |2-1|, |7-5|, |4-2|, |8-7| = 1, 2, 2, 1, mean 1.5; errors 3 and 0
        assertThat(Accuracy.seasonalScale(history, 2)).isEqualTo(1.5);
        assertThat(Accuracy.mase(history, 2, new double[] {7, 8}, new double[] {4, 8}))
                .isEqualTo(1.0);
    }

    @Test
    void maseOfAHistoryThatRepeatsItselfIsNoFigure() {
        double[] constant = {4, 4, 4, 4};
        assertThat(Accuracy.mase(constant, 2, new double[] {5}, new double[] {4}))
                .isInfinite();
        assertThat(Accuracy.mase(constant, 2, new double[] {4}, new double[] {4}))
                .isNaN();
        assertThat(Accuracy.seasonalScale(new double[] {1}, 2)).isNaN();
    }

    @Test
    void smapeIsThatOfTheM4Competition() {
        // 200*|100-110|/210 = 9.52381 and 200*|50-50|/100 = 0
        assertThat(Accuracy.smape(new double[] {100, 50}, new double[] {110, 50}))
                .isCloseTo(4.761905, within(1e-6));
        assertThat(Accuracy.smape(0, 0)).isZero();
        assertThat(Accuracy.smape(0, 3)).isEqualTo(200);
    }

    @Test
    void hoursThatNobodyKnowsAreLeftOut() {
        double[] came = {NAN, 4};
        double[] said = {100, 2};
        assertThat(Accuracy.mae(came, said)).isEqualTo(2);
        assertThat(Accuracy.smape(came, said)).isCloseTo(66.6667, within(1e-3));
        assertThat(Accuracy.coverage(came, new double[] {0, 0}, new double[] {1, 4}))
                .isEqualTo(1);
        assertThat(Accuracy.mae(new double[] {NAN}, new double[] {1})).isNaN();
        assertThat(Accuracy.seasonalScale(new double[] {1, NAN, 4, 9}, 2)).isEqualTo(3);
    }

    @Test
    void pinballLossCostsTheUnlikelySideMore() {
        assertThat(Accuracy.pinball(0.95, 10, 8)).isCloseTo(1.9, within(1e-12));
        assertThat(Accuracy.pinball(0.95, 8, 10)).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void coverageCountsBothEnds() {
        double[] came = {1, 2, 3, 4};
        assertThat(Accuracy.coverage(came, new double[] {1, 1, 1, 1}, new double[] {3, 3, 3, 3}))
                .isEqualTo(0.75);
    }
}
