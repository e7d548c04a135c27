package io.aitbc.gpu.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.gpu.health.XidHistory.Verdict;
import io.aitbc.gpu.rules.Action;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.RecoveryAction;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors that the driver writes down, and whose they are. */
class XidTest {

    private static final Duration DAY = Duration.ofHours(24);

    private final Watched gpu = new Watched("NVIDIA H100 80GB HBM3");

    @ParameterizedTest
    @ValueSource(ints = {46, 48, 62, 64, 74, 79, 95, 109, 119, 120})
    void whatNeedsAResetQuarantines(int xid) {
        gpu.with(Signal.XID, 0).sample();
        gpu.later(10).with(Signal.XID, xid).sample();
        assertThat(gpu.fired()).containsExactly("XID_HARDWARE");
        assertThat(gpu.monitor.open(Watched.UUID).get(0).worst()).isEqualTo(xid);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 31, 94})
    void whatNeedsTheApplicationRestartedNotifies(int xid) {
        gpu.with(Signal.XID, 0).sample();
        gpu.later(10).with(Signal.XID, xid).sample();
        assertThat(gpu.fired()).containsExactly("XID_APPLICATION");
    }

    @ParameterizedTest
    @ValueSource(ints = {43, 63, 92})
    void whatTheCatalogueIgnoresIsOnlyRecorded(int xid) {
        gpu.with(Signal.XID, 0).sample();
        gpu.later(10).with(Signal.XID, xid).sample();
        assertThat(gpu.fired()).isEmpty();
        assertThat(RuleSet.standard().xids().action(xid)).isEqualTo(Action.RECORD);
    }

    @Test
    void aCodeThatNobodyKnowsTellsPeople() {
        gpu.with(Signal.XID, 0).sample();
        gpu.later(10).with(Signal.XID, 9_999).sample();
        assertThat(gpu.fired()).containsExactly("XID_APPLICATION");
    }

    @Test
    void theLastCodeThatStaysOnTheGaugeIsNoNews() {
        gpu.with(Signal.XID, 79).keep(7_200, 10);
        assertThat(gpu.fired()).as("it may be months old").isEmpty();
        gpu.later(10).with(Signal.XID, 48).sample();
        assertThat(gpu.fired()).containsExactly("XID_HARDWARE");
        gpu.keep(7_200, 10);
        assertThat(gpu.open()).isEmpty();
        assertThat(gpu.fired()).hasSize(1);
    }

    @Test
    void whatTheDriverAsksForBeatsTheTable() {
        gpu.with(Signal.XID, 0).asksFor(RecoveryAction.NONE).sample();
        gpu.later(10).with(Signal.XID, 48).sample();
        assertThat(gpu.fired()).containsExactly("XID_APPLICATION");
        gpu.later(10)
                .with(Signal.XID, 31)
                .asksFor(RecoveryAction.DRAIN_AND_RESET)
                .sample();
        assertThat(gpu.fired()).contains("XID_HARDWARE", "DRIVER_ASKS_FOR_RECOVERY");
    }

    @Test
    void jobsOfSeveralTenantsThatDieOnOneGpuAreItsFault() {
        gpu.with(Signal.TEMPERATURE, 50).sample();
        dies(Watched.UUID, "job-1", "tenant-a");
        dies(Watched.UUID, "job-2", "tenant-b");
        gpu.later(10).sample();
        assertThat(gpu.fired()).containsExactly("XID_APPLICATION");
        dies(Watched.UUID, "job-3", "tenant-a");
        gpu.later(10).sample();
        assertThat(gpu.fired()).containsExactly("XID_APPLICATION", "XID_OF_MANY_JOBS");
        assertThat(verdict()).isEqualTo(Verdict.HARDWARE);
    }

    @Test
    void jobsThatDieEverywhereAreTheirOwnFault() {
        gpu.with(Signal.TEMPERATURE, 50).sample();
        for (int job = 0; job < 5; job++) {
            dies("GPU-other-" + job, "job-" + job, "tenant-" + job);
            dies(Watched.UUID, "job-" + job, "tenant-" + job);
        }
        gpu.later(10).sample();
        assertThat(gpu.fired()).containsExactly("XID_APPLICATION");
        assertThat(verdict()).isEqualTo(Verdict.APPLICATION);
    }

    @Test
    void oneTenantsBrokenJobsAreNoHardwareFault() {
        gpu.with(Signal.TEMPERATURE, 50).sample();
        for (int job = 0; job < 10; job++) {
            dies(Watched.UUID, "job-" + job, "tenant-a");
        }
        gpu.later(10).sample();
        assertThat(gpu.fired()).containsExactly("XID_APPLICATION");
        assertThat(verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void deathsOfLongAgoDoNotAddUp() {
        XidHistory history = new XidHistory();
        Instant day = Watched.START;
        for (int job = 0; job < 6; job++) {
            history.died(Watched.UUID, day, "job-" + job, "tenant-" + job);
            day = day.plus(Duration.ofHours(13));
        }
        assertThat(history.verdict(Watched.UUID, day, 3, 2, DAY)).isEqualTo(Verdict.UNDECIDED);
    }

    private void dies(String uuid, String job, String tenant) {
        gpu.later(1);
        gpu.monitor.xid(new XidEvent(uuid, 31, gpu.now(), job, tenant));
    }

    private Verdict verdict() {
        return gpu.monitor.xids().verdict(Watched.UUID, gpu.now(), 3, 2, DAY);
    }
}
