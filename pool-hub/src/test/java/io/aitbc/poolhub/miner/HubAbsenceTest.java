package io.aitbc.poolhub.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.HubWithMiners;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** While the hub is away nobody is up and nobody is down: it is not known. */
class HubAbsenceTest extends HubWithMiners {

    @Autowired
    HubAbsence absence;

    @Autowired
    StateIntervals intervals;

    @BeforeEach
    void nobodyElseBeat() {
        jdbc.sql("UPDATE miner_status SET last_heartbeat_at = NULL").update();
    }

    @Test
    void tenMinutesAwayCostNobodyUptimeOnlyCoverage() {
        String id = enrol();
        beat(id);
        at("PT4M");
        beat(id);
        away("PT4M10S", "PT14M10S");
        at("PT14M40S");
        beat(id);
        assertThat(intervals(id)).containsExactly("UP PT0S..PT4M10S", "UNKNOWN PT4M10S..PT14M40S", "UP PT14M40S..");
    }

    @Test
    void whoDoesNotComeBackIsDownWhenTheGraceAfterTheStartIsOver() {
        String id = enrol();
        beat(id);
        away("PT1M", "PT11M");
        at("PT15M");
        intervals.sweep(clock.instant());
        assertThat(intervals(id)).containsExactly("UP PT0S..PT1M", "UNKNOWN PT1M..");
        at("PT17M");
        intervals.sweep(clock.instant());
        assertThat(intervals(id)).containsExactly("UP PT0S..PT1M", "UNKNOWN PT1M..PT16M", "DOWN PT16M..");
    }

    @Test
    void whoWasDownIsDownAgain() {
        String id = enrol();
        beat(id);
        at("PT7M");
        intervals.sweep(clock.instant());
        away("PT8M", "PT18M");
        assertThat(intervals(id))
                .containsExactly("UP PT0S..PT5M", "DOWN PT5M..PT8M", "UNKNOWN PT8M..PT18M", "DOWN PT18M..");
        at("PT20M");
        beat(id);
        assertThat(intervals(id)).endsWith("DOWN PT18M..PT20M", "UP PT20M..");
    }

    @Test
    void silenceThatNobodySweptBeforeTheHubWentIsStillSilence() {
        String id = enrol();
        beat(id);
        away("PT8M", "PT18M");
        assertThat(intervals(id))
                .containsExactly("UP PT0S..PT5M", "DOWN PT5M..PT8M", "UNKNOWN PT8M..PT18M", "DOWN PT18M..");
    }

    @Test
    void recordingItTwiceChangesNothing() {
        String up = enrol();
        String down = enrol();
        beat(down);
        at("PT4M");
        beat(up);
        at("PT7M");
        intervals.sweep(clock.instant());
        away("PT8M", "PT18M");
        List<String> once = intervals(up);
        List<String> onceDown = intervals(down);
        away("PT8M", "PT18M");
        assertThat(intervals(up)).isEqualTo(once);
        assertThat(intervals(down)).isEqualTo(onceDown);
    }

    @Test
    void aBlinkIsNotAnAbsence() {
        String id = enrol();
        beat(id);
        away("PT1M", "PT1M29S");
        at("PT2M");
        beat(id);
        assertThat(intervals(id)).containsExactly("UP PT0S..");
    }

    @Test
    void awayAgainBeforeTheFirstHeartbeatIsOneUnknownTime() {
        String id = enrol();
        beat(id);
        away("PT1M", "PT11M");
        away("PT12M", "PT22M");
        at("PT23M");
        beat(id);
        assertThat(intervals(id)).containsExactly("UP PT0S..PT1M", "UNKNOWN PT1M..PT23M", "UP PT23M..");
    }

    private void away(String from, String to) {
        Instant back = START.plus(Duration.parse(to));
        clock.set(back);
        absence.record(START.plus(Duration.parse(from)), back);
    }
}
