package io.aitbc.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.capacity.HourlyDemand.PoolHours;
import io.aitbc.capacity.HourlyDemand.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What several pools said, hour by hour, as one series. */
class HourlyDemandTest {

    private static final Instant NINE = Instant.parse("2026-04-22T09:00:00Z");

    @Test
    void anHourIsTheMeanOfItsSamples() {
        assertThat(sum(4, pool(Map.of(0, new Told(12, 3), 1, new Told(5, 1), 2, new Told(0, 2), 3, new Told(8, 4)))))
                .containsExactly(4, 5, 0, 2);
    }

    @Test
    void anHourWithoutAWordIsMissingNotZero() {
        assertThat(sum(4, pool(Map.of(0, told(4), 3, told(2))))).containsExactly(4, Double.NaN, Double.NaN, 2);
    }

    @Test
    void poolsAddUpAndOneThatIsSilentMakesTheHourUnknown() {
        assertThat(sum(3, pool(Map.of(0, told(4), 1, told(5), 2, told(6))), pool(Map.of(0, told(1), 2, told(1)))))
                .containsExactly(5, Double.NaN, 7);
    }

    @Test
    void aPoolThatCameLaterWasNotThereBefore() {
        assertThat(sum(3, pool(Map.of(0, told(4), 1, told(5), 2, told(6))), pool(Map.of(2, told(10)))))
                .containsExactly(4, 5, 16);
    }

    @Test
    void aPoolThatLeftIsGoneFromItsLastWordOn() {
        Map<Integer, Told> steady = steady(30);
        double[] values = sum(30, pool(steady), gone(Map.of(0, told(10), 1, told(10))));
        assertThat(values).startsWith(11, 11, 1).endsWith(1, 1);
        // One that has been silent for less than a day may only be late.
        assertThat(sum(20, pool(steady), gone(Map.of(0, told(10), 1, told(10))))[5])
                .isNaN();
    }

    @Test
    void aPoolThatIsBackAfterALongSilenceWasSilentAndNotIdle() {
        double[] values = sum(200, pool(Map.of(0, told(10), 1, told(10))));
        assertThat(values[1]).isEqualTo(10);
        assertThat(values[2]).isNaN();
        assertThat(values[199]).isNaN();
        HourlyDemand demand = HourlyDemand.sum(List.of(pool(Map.of(0, told(10), 1, told(10)))), at(200));
        assertThat(demand.series().observed()).isEqualTo(2);
        assertThat(demand.lastObserved()).isEqualTo(at(2));
    }

    @Test
    void whatWasWantedBeforeTheYoungestPoolCameSaysNothingAboutHowLittleIsEnough() {
        HourlyDemand demand = HourlyDemand.sum(List.of(pool(steady(10)), pool(Map.of(8, told(5), 9, told(5)))), at(10));
        assertThat(demand.series().toArray()).startsWith(1, 1).endsWith(6, 6);
        assertThat(demand.comparable().observed()).isEqualTo(2);
        assertThat(demand.comparable().at(9)).isEqualTo(6);
        // One that has left does not count.
        assertThat(HourlyDemand.sum(List.of(pool(steady(60)), gone(Map.of(8, told(5)))), at(60))
                        .comparable()
                        .observed())
                .isEqualTo(60);
    }

    @Test
    void nobodySaidAnything() {
        assertThat(sum(3)).isEmpty();
        assertThat(sum(3, pool(Map.of()))).isEmpty();
    }

    @Test
    void aClassThatIsNotNamedWhereClassesAreToldApartWasNotWanted() {
        PoolHours hours = HourlyDemand.ofClass(
                Map.of(at(1), told(3), at(3), new Told(2, 1)),
                // At hour 2 classes were told apart, at hour 4 not; in hour 3 twice, once without this class.
                Map.of(at(0), 1, at(1), 1, at(2), 1, at(3), 2, at(4), 0),
                true);
        assertThat(HourlyDemand.sum(List.of(hours), at(5)).series().toArray()).containsExactly(3, 0, 1, Double.NaN);
    }

    @Test
    void peakAndShareOfAWindow() {
        HourlyDemand demand =
                HourlyDemand.sum(List.of(pool(Map.of(0, told(9), 1, told(2), 3, told(5), 4, told(1)))), at(5));
        assertThat(demand.peak(at(1), at(5))).isEqualTo(5);
        assertThat(demand.peak(at(0), at(1))).isEqualTo(9);
        assertThat(demand.peak(at(2), at(3))).isNaN();
        assertThat(demand.observed(at(1), at(5))).isEqualTo(0.75);
        // A window that begins within an hour takes the hours that begin in it.
        assertThat(demand.peak(at(0).plusSeconds(1), at(2))).isEqualTo(2);
    }

    private static double[] sum(int hours, PoolHours... pools) {
        return HourlyDemand.sum(List.of(pools), at(hours)).series().toArray();
    }

    private static PoolHours pool(Map<Integer, Told> hours) {
        return new PoolHours(byInstant(hours), true);
    }

    private static PoolHours gone(Map<Integer, Told> hours) {
        return new PoolHours(byInstant(hours), false);
    }

    private static TreeMap<Instant, Told> byInstant(Map<Integer, Told> hours) {
        TreeMap<Instant, Told> told = new TreeMap<>();
        hours.forEach((hour, value) -> told.put(at(hour), value));
        return told;
    }

    private static Map<Integer, Told> steady(int hours) {
        Map<Integer, Told> steady = new TreeMap<>();
        for (int hour = 0; hour < hours; hour++) {
            steady.put(hour, told(1));
        }
        return steady;
    }

    private static Told told(double value) {
        return new Told(value, 1);
    }

    private static Instant at(int hour) {
        return NINE.plus(Duration.ofHours(hour));
    }
}
