package io.aitbc.forecasting.planning;

import static io.aitbc.forecasting.planning.Forecasts.p95;
import static io.aitbc.forecasting.planning.Forecasts.risingIn;
import static io.aitbc.forecasting.planning.Forecasts.steady;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Forecast.Status;
import io.aitbc.forecasting.HourForecast;
import io.aitbc.forecasting.Interval;
import io.aitbc.forecasting.Series;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ten miners of eight slots, 80 %, a day, a week, unless said otherwise. */
class CapacityRuleTest {

    private static final Supply TEN = new Supply(80, 10, 8, 8);
    private static final PlanSettings SETTINGS = PlanSettings.defaults();
    private static final Series WEEK_OF_50 = steady(168, 50);

    @Test
    void whatIsNeededIsDemandAtTheTargetUtilisationAndTheLargestMiner() {
        assertThat(CapacityRule.needed(57, 8, SETTINGS)).isEqualTo(72 + 8);
        assertThat(CapacityRule.needed(0, 0, SETTINGS)).isZero();
        assertThat(CapacityRule.needed(57, 8, new PlanSettings(1, 0, 24))).isEqualTo(57 + 8);
    }

    @Test
    void roundingErrorsOfFloatingPointCostNoSlot() {
        for (int slots = 1; slots <= 20_000; slots++) {
            for (double target : new double[] {0.8, 0.7, 0.9, 0.55, 1.0 / 3}) {
                assertThat(CapacityRule.needed(target * slots, 0, new PlanSettings(target, 24, 168)))
                        .isEqualTo(slots);
            }
        }
        assertThat(Math.ceil(0.8 * 3 / 0.8)).as("what it guards against").isEqualTo(4);
        assertThat(CapacityRule.needed(6.4e-11, 0, SETTINGS))
                .as("what a sum of jobs leaves when all have ended")
                .isZero();
        assertThat(CapacityRule.needed(0.01, 0, SETTINGS)).as("real demand").isEqualTo(1);
    }

    @Test
    void aSupplyThatFitsIsLeftAlone() {
        assertThat(recommend(p95(57, 50), WEEK_OF_50, TEN)).isEmpty();
        assertThat(recommend(Forecasts.NONE, WEEK_OF_50, TEN)).as("no figures").isEmpty();
    }

    @Test
    void minersAreAddedForTheHighestHourAndTheTimeIsThatOfTheFirst() {
        Recommendation added = recommend(p95(50, 58, 80, 60), WEEK_OF_50, TEN).orElseThrow();
        assertThat(added)
                .isEqualTo(new Recommendation(
                        Action.ADD_MINERS,
                        4,
                        32,
                        108,
                        80,
                        1,
                        Priority.HIGH,
                        "p95 demand rises to 80 slots within 4 hours (forecast by theta), which asks for 108 slots at 80 % "
                                + "utilisation with 8 in reserve for the loss of a miner; there are 80, too few in 1 hour: "
                                + "add 4 miners of 8."));
    }

    @Test
    void priorityFollowsFromTheHoursLeft() {
        assertThat(priority(risingIn(0, 0, 60))).isEqualTo(Priority.HIGH);
        assertThat(priority(risingIn(24, 50, 60))).isEqualTo(Priority.HIGH);
        assertThat(priority(risingIn(25, 50, 60))).isEqualTo(Priority.MEDIUM);
        assertThat(priority(risingIn(48, 50, 60))).isEqualTo(Priority.MEDIUM);
        assertThat(priority(risingIn(49, 50, 60))).isEqualTo(Priority.LOW);
    }

    @Test
    void whereJobsWaitAlreadyItIsCritical() {
        assertThat(recommend(p95(90), steady(1, 81), TEN).orElseThrow().priority())
                .as("observed in the last hour")
                .isEqualTo(Priority.CRITICAL);
        assertThat(recommend(p95(90), steady(1, 80), TEN).orElseThrow().priority())
                .as("all in use, none waits")
                .isEqualTo(Priority.HIGH);
        assertThat(recommend(p95(162), steady(1, 10), TEN).orElseThrow().priority())
                .as("p50 of the first hour")
                .isEqualTo(Priority.CRITICAL);
        assertThat(recommend(p95(90), Series.of(99, Double.NaN), TEN)
                        .orElseThrow()
                        .priority())
                .as("a missing hour says nothing")
                .isEqualTo(Priority.HIGH);
    }

    @Test
    void aNaiveForecastIsUsedAndTheReasonSaysSo() {
        assertThat(recommend(p95(Status.NO_SKILL, 90), WEEK_OF_50, TEN)
                        .orElseThrow()
                        .reason())
                .contains("no better than a naive one)");
    }

    @Test
    void withoutAnyMinerTheFirstOnesAreRecommended() {
        Supply none = new Supply(0, 0, 0, 8);
        Recommendation added = recommend(p95(8), Series.of(), none).orElseThrow();
        assertThat(added.miners()).as("10 slots, and one miner may be lost").isEqualTo(3);
        assertThat(added.priority()).isEqualTo(Priority.CRITICAL);
        assertThat(recommend(p95(0), Series.of(), none)).as("nobody asks").isEmpty();
    }

    @Test
    void aMinerThatDoesNotWorkNeedsNoReserve() {
        Supply allDown = new Supply(0, 0, 8, 8);
        assertThat(allDown.largestMiner()).isZero();
        assertThat(recommend(p95(0), Series.of(), allDown)).isEmpty();
    }

    @Test
    void aMinerThatIsLargerThanAllThereAreRaisesTheReserve() {
        Recommendation added =
                recommend(p95(62), WEEK_OF_50, new Supply(80, 20, 4, 16)).orElseThrow();
        assertThat(added.neededSlots()).isEqualTo(78 + 16);
        assertThat(added.miners()).isEqualTo(1);
    }

    @Test
    void minersAreRemovedWhereThePastAndTheForecastLeaveThemUnneeded() {
        Recommendation removed = recommend(p95(20, 24), steady(168, 28), TEN).orElseThrow();
        assertThat(removed)
                .isEqualTo(new Recommendation(
                        Action.REMOVE_MINERS,
                        4,
                        32,
                        43,
                        28,
                        0,
                        Priority.LOW,
                        "demand was at most 28 slots in the last 168 hours, and its p97.5 stays within 24 for 2 hours (forecast by "
                                + "theta), which asks for 43 slots at 80 % utilisation with 8 in reserve for the loss of a miner; "
                                + "there are 80: remove 4 miners of 8."));
    }

    @Test
    void neitherTheForecastAloneNorThePastAloneRemovesAMiner() {
        assertThat(recommend(p95(10), steady(168, 56), TEN)).as("a busy past").isEmpty();
        assertThat(recommend(p95(56), steady(168, 10), TEN))
                .as("a busy time to come")
                .isEmpty();
        double[] oneBusyHour = steady(168, 10).toArray();
        oneBusyHour[3] = 56;
        assertThat(recommend(p95(10), Series.of(oneBusyHour), TEN))
                .as("one busy hour within the cool-down")
                .isEmpty();
    }

    @Test
    void aRemovalIsHeldToTheUpperEndOfTheIntervalAndAnAdditionToP95() {
        HourForecast unsure = new HourForecast(1, 20, 20, 40, 50, new Interval(20, 45), new Interval(15, 56));
        assertThat(recommend(Forecasts.of(unsure), steady(168, 10), TEN))
                .as("71 needed for p95, 78 for p97.5")
                .isEmpty();
        HourForecast surer = new HourForecast(1, 20, 20, 40, 50, new Interval(20, 45), new Interval(15, 51));
        Recommendation removed =
                recommend(Forecasts.of(surer), steady(168, 10), TEN).orElseThrow();
        assertThat(removed.neededSlots()).isEqualTo(64 + 8);
        assertThat(removed.peakP95()).isEqualTo(50);
        HourForecast high = new HourForecast(1, 20, 20, 40, 57, new Interval(20, 45), new Interval(15, 99));
        assertThat(recommend(Forecasts.of(high), steady(168, 10), TEN))
                .as("80 needed for p95")
                .isEmpty();
    }

    @Test
    void aBusyHourBeforeTheCoolDownIsForgotten() {
        double[] past = steady(169, 10).toArray();
        past[0] = 70;
        assertThat(recommend(p95(10), Series.of(past), TEN)).isPresent();
    }

    @Test
    void nineTenthsOfTheCoolDownMustHaveBeenObserved() {
        double[] gaps = steady(168, 10).toArray();
        Arrays.fill(gaps, 0, 16, Double.NaN);
        assertThat(recommend(p95(10), Series.of(gaps), TEN)).as("16 of 168").isPresent();
        gaps[16] = Double.NaN;
        assertThat(recommend(p95(10), Series.of(gaps), TEN)).as("17 of 168").isEmpty();
        assertThat(recommend(p95(10), steady(151, 10), TEN))
                .as("too short a past")
                .isEmpty();
        assertThat(recommend(p95(10), Series.of(), TEN)).as("no past").isEmpty();
    }

    @Test
    void lessThanAWholeMinerToSpareIsNoRemoval() {
        assertThat(recommend(p95(51.2), steady(168, 10), TEN).orElseThrow().miners())
                .as("72 needed of 80")
                .isEqualTo(1);
        assertThat(recommend(p95(51.3), steady(168, 10), TEN))
                .as("73 needed of 80")
                .isEmpty();
    }

    @Test
    void theLargestMinerMayBeAmongThoseThatGo() {
        Supply mixed = new Supply(80, 7, 32, 8);
        assertThat(recommend(p95(12.8), steady(168, 0), mixed).orElseThrow().miners())
                .as("48 needed, 32 to spare: if the large one goes, nothing more may")
                .isEqualTo(1);
        assertThat(recommend(p95(13.6), steady(168, 0), mixed))
                .as("31 to spare: the large one must not go")
                .isEmpty();
    }

    @Test
    void theLastMinerStays() {
        assertThat(recommend(p95(0), steady(168, 0), TEN).orElseThrow().miners())
                .isEqualTo(9);
        assertThat(recommend(p95(0), steady(168, 0), new Supply(8, 1, 8, 8))).isEmpty();
        assertThat(recommend(p95(0), steady(168, 0), new Supply(80, 1, 80, 8))).isEmpty();
    }

    @Test
    void aRecommendationIsJudgedByTheDemandThatCame() {
        assertThat(CapacityRule.proved(Action.ADD_MINERS, 80, 8, 8, 58, SETTINGS))
                .as("81 of 80 needed")
                .isTrue();
        assertThat(CapacityRule.proved(Action.ADD_MINERS, 80, 8, 8, 57, SETTINGS))
                .as("80 of 80 needed")
                .isFalse();
        assertThat(CapacityRule.proved(Action.REMOVE_MINERS, 80, 8, 8, 51.2, SETTINGS))
                .as("72 of 72 needed")
                .isTrue();
        assertThat(CapacityRule.proved(Action.REMOVE_MINERS, 80, 8, 8, 51.3, SETTINGS))
                .as("73 of 72 needed")
                .isFalse();
    }

    @Test
    void whatCannotBeIsRefusedInASentence() {
        assertThatThrownBy(() -> new Supply(8, 1, 8, 0))
                .hasMessage("typicalMiner must be a number above 0, was 0.0; without miners, give the size of one that "
                        + "could be ordered");
        assertThatThrownBy(() -> new Supply(8, 0, 8, 8))
                .hasMessage("miners must be at least 1 where there are slots, was 0");
        assertThatThrownBy(() -> new Supply(8, 1, -1, 8)).hasMessage("largestMiner must be at least 0, was -1.0");
        assertThatThrownBy(() -> new Supply(Double.NaN, 1, 0, 8))
                .hasMessage("slots must be a number of at least 0, was NaN");
        assertThatThrownBy(() -> new PlanSettings(0, 24, 168))
                .hasMessage("targetUtilisation must be above 0 and at most 1, was 0.0");
        assertThatThrownBy(() -> new PlanSettings(0.8, 1001, 168))
                .hasMessage("leadTimeHours must be within 0..1000, was 1001");
        assertThatThrownBy(() -> new PlanSettings(0.8, 24, 23))
                .hasMessage("coolDownHours must be within 24..1344, was 23");
        assertThatThrownBy(() -> CapacityRule.needed(Double.NaN, 8, SETTINGS))
                .hasMessage("demand must be a number of at least 0, was NaN");
    }

    private static Priority priority(Forecast forecast) {
        return recommend(forecast, WEEK_OF_50, TEN).orElseThrow().priority();
    }

    private static Optional<Recommendation> recommend(Forecast forecast, Series observed, Supply supply) {
        return CapacityRule.recommend(forecast, observed, supply, SETTINGS);
    }
}
