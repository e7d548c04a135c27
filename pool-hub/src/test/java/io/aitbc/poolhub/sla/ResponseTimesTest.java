package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResponseTimesTest {

    @Test
    void oneToAHundred() {
        double[] sample = new Random(1)
                .ints(1, 101)
                .distinct()
                .limit(100)
                .asDoubleStream()
                .toArray();
        ResponseTimes times = ResponseTimes.of(sample);
        assertThat(times.size()).isEqualTo(100);
        assertThat(times.mean()).isEqualTo(50.5);
        assertThat(times.p50()).isEqualTo(50.5);
        assertThat(times.p95()).isEqualTo(95.05, within(1e-9));
        assertThat(times.p99()).isEqualTo(99.01, within(1e-9));
    }

    @Test
    void aSingleResultIsAllOfThem() {
        assertThat(ResponseTimes.of(new double[] {7})).isEqualTo(new ResponseTimes(1, 7, 7, 7, 7));
    }

    @Test
    void asTheSortedSampleSays() {
        Random random = new Random(7);
        for (int size = 1; size <= 100; size++) {
            double[] sample = random.doubles(size, 0, 5_000).toArray();
            double[] sorted = sample.clone();
            Arrays.sort(sorted);
            ResponseTimes times = ResponseTimes.of(sample);
            assertThat(times.p50()).isEqualTo(interpolated(sorted, 0.50), within(1e-9));
            assertThat(times.p95()).isEqualTo(interpolated(sorted, 0.95), within(1e-9));
            assertThat(times.p99()).isEqualTo(interpolated(sorted, 0.99), within(1e-9));
        }
    }

    private static double interpolated(double[] sorted, double fraction) {
        double place = fraction * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
