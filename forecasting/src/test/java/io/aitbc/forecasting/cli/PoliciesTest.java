package io.aitbc.forecasting.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Miners of ten GPUs that work three hours after they are ordered. */
class PoliciesTest {

    private static final double MISSING = Double.NaN;

    @Test
    void thePoolCountsWhatWorksAndWhatIsOnOrder() {
        Pool pool = new Pool(15, 10, 3);
        pool.change(5, 2);
        assertThat(pool.working()).isEqualTo(2);
        assertThat(pool.expected()).isEqualTo(4);
        pool.arrive(7);
        assertThat(pool.working()).isEqualTo(2);
        pool.arrive(8);
        assertThat(pool.working()).isEqualTo(4);
        pool.change(9, -9);
        assertThat(pool.working()).as("the last one stays").isEqualTo(1);
        pool.change(9, -1);
        assertThat(pool.changes()).as("nothing came of the last one").isEqualTo(2);
    }

    @Test
    void shortageIsCountedHourByHourUntilTheOrderArrives() {
        // Hour 0 is the past. The order of hour 1, for 32 / 0.8, works from hour 4 on.
        double[] demand = {32, 32, 32, 32, 32, 35};
        Balance balance = Balance.of(new Reactive(demand, 0.8, 1), new Pool(20, 10, 3), demand, 1);
        assertThat(balance.shortageHours()).isEqualTo(3);
        assertThat(balance.unserved()).isEqualTo(3 * 12);
        assertThat(balance.idle()).isEqualTo(8 + 5);
        assertThat(balance.utilisation()).isCloseTo((3 * 20 + 32 + 35) / 140.0, within(1e-12));
        assertThat(balance.changes()).as("not ordered twice").isEqualTo(1);
    }

    @Test
    void theReactiveRuleHandsBackBelowHalfAndLeavesSixtyFivePercent() {
        Pool pool = new Pool(100, 10, 3);
        assertThat(new Reactive(new double[] {50}, 0.8, 1).change(pool, 1)).isZero();
        assertThat(new Reactive(new double[] {49}, 0.8, 1).change(pool, 1))
                .as("49 / 0.65 is 75.4: eight stay")
                .isEqualTo(-2);
        assertThat(new Reactive(new double[] {80}, 0.8, 1).change(pool, 1)).isZero();
        assertThat(new Reactive(new double[] {81}, 0.8, 1).change(pool, 1)).isEqualTo(1);
        assertThat(new Reactive(new double[] {MISSING}, 0.8, 1).change(pool, 1)).isZero();
    }

    @Test
    void foresightOrdersForTheHoursThatNoLaterOrderCouldServe() {
        double[] demand = {0, 20, 20, 20, 20, 60, 20, 20, 20};
        Foresight foresight = new Foresight(demand, 2);
        Balance balance = Balance.of(foresight, new Pool(20, 10, 3), demand, 1);
        assertThat(balance.shortageHours()).isZero();
        // What is ordered at 1 works from 4 on, for hour 5; the next decisions are at 5, too early, and at 7.
        assertThat(balance.idle()).as("four miners in hours 4 and 6").isEqualTo(2 * 40);
        assertThat(balance.changes()).isEqualTo(2);
    }

    @Test
    void aMissingHourIsLeftOut() {
        double[] demand = {10, 10, MISSING, 10};
        Balance balance = Balance.of(Policy.none(), new Pool(10, 10, 3), demand, 1);
        assertThat(balance.utilisation()).isEqualTo(1);
        assertThat(balance.idle()).isZero();
    }
}
