package io.aitbc.forecasting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConformalIntervalsTest {

    @Test
    void aQuantileIsTheOrderStatisticOfOneMore() {
        double[] nine = IntStream.rangeClosed(1, 9).mapToDouble(i -> i).toArray();
        assertThat(ConformalIntervals.quantile(nine, 0.8)).isEqualTo(8);
        assertThat(ConformalIntervals.quantile(nine, 0.1)).isEqualTo(1);
        assertThat(ConformalIntervals.quantile(nine, 0.85)).isCloseTo(8.5, within(1e-9));
    }

    @Test
    void beyondTheOutermostErrorTheTailIsExponential() {
        double[] nine = IntStream.rangeClosed(1, 9).mapToDouble(i -> i).toArray();
        // from the median 5 (1/2) to the maximum 9 (1/10) the tail falls to a fifth in 4; at 1/40 it has fallen to a
        // quarter more
        double expected = 9 + 4 * Math.log(4) / Math.log(5);
        assertThat(ConformalIntervals.quantile(nine, 0.975)).isCloseTo(expected, within(1e-9));
        assertThat(ConformalIntervals.quantile(nine, 0.025)).isCloseTo(1 - (expected - 9), within(1e-9));
    }

    @Test
    void coverageIsPromisedForSteadyNoise() {
        double[] achieved = coverage(seed -> 1.0, 0);
        assertThat(achieved[0]).isBetween(0.78, 0.82);
        assertThat(achieved[1]).isBetween(0.93, 0.97);
    }

    @Test
    void coverageComesBackAfterTheNoiseHasTrebled() {
        // judged from 60 origins after the change on; an interval from all errors ever seen would stay too narrow for
        // long
        double[] achieved = coverage(origin -> origin < 100 ? 1.0 : 3.0, 160);
        assertThat(achieved[0]).isBetween(0.76, 0.84);
        assertThat(achieved[1]).isBetween(0.92, 0.98);
    }

    @Test
    void nothingIsSaidBeforeEightErrorsAreKnown() {
        int[] origins = {24, 48, 72, 96};
        double[] values = IntStream.range(0, 96).mapToDouble(i -> 10).toArray();
        ConformalIntervals intervals = new ConformalIntervals(values, origins, paths(4, 6));
        assertThat(intervals.at(0)[0][0]).isNaN();
        assertThat(intervals.at(3)[0][0]).isFinite();
    }

    @Test
    void anIntervalNeverKnowsWhatCameAfterItsOrigin() {
        int[] origins = IntStream.range(0, 40).map(k -> 24 * k + 24).toArray();
        double[] values = noise(origins[39], 3, hour -> 1.0);
        double[][] paths = paths(40, 48);
        double[][] before = new ConformalIntervals(values, origins, paths).at(20);
        double[] changed = values.clone();
        for (int i = origins[20]; i < changed.length; i++) {
            changed[i] = values[i] * 1.9;
        }
        double[][] after = new ConformalIntervals(changed, origins, paths).at(20);
        assertThat(after).isDeepEqualTo(before);
    }

    /** Of the central 80 % and 95 % intervals, over 260 origins and several seeds. */
    private static double[] coverage(java.util.function.IntToDoubleFunction noise, int judgedFrom) {
        int count = 260;
        int in80 = 0;
        int in95 = 0;
        int all = 0;
        for (int seed = 0; seed < 5; seed++) {
            int[] origins =
                    IntStream.rangeClosed(0, count).map(k -> 24 * k + 24).toArray();
            double[] values = noise(origins[count], seed, hour -> noise.applyAsDouble(hour / 24));
            ConformalIntervals intervals = new ConformalIntervals(values, origins, paths(count + 1, 6));
            for (int k = Math.max(20, judgedFrom); k < count; k++) {
                for (int step = 0; step < 6; step++) {
                    double[][] q = intervals.at(k);
                    double outcome = values[origins[k] + step];
                    in80 += outcome >= q[1][step] && outcome <= q[3][step] ? 1 : 0;
                    in95 += outcome >= q[0][step] && outcome <= q[5][step] ? 1 : 0;
                    all++;
                }
            }
        }
        return new double[] {(double) in80 / all, (double) in95 / all};
    }

    private static double[] noise(int hours, int seed, java.util.function.IntToDoubleFunction spread) {
        Random random = new Random(seed);
        return IntStream.range(0, hours)
                .mapToDouble(i -> Math.max(0, 10 + spread.applyAsDouble(i) * random.nextGaussian()))
                .toArray();
    }

    private static double[][] paths(int origins, int horizon) {
        double[][] paths = new double[origins][horizon];
        for (double[] path : paths) {
            java.util.Arrays.fill(path, 10);
        }
        return paths;
    }
}
