package io.aitbc.agent.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.hub.ServiceClient;
import io.aitbc.agent.hub.ServiceUrl;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static final Duration STEP = Duration.ofSeconds(10);

    private final VirtualTime time = new VirtualTime();

    @Test
    void silencesLastLongEnoughForTheHubToNoticeAtAnySpeed() {
        for (int speed : new int[] {1, 60, 10_000}) {
            List<Duration> silences = silences(flaky(), speed, Duration.ofDays(2));
            assertThat(silences)
                    .as("at speed %d", speed)
                    .isNotEmpty()
                    .allSatisfy(silence -> assertThat(silence)
                            .isBetween(
                                    Duration.ofMinutes(6),
                                    Duration.ofMinutes(12).plus(STEP)));
        }
    }

    @Test
    void aFlakyMinerIsSilentNowAndThenAndAReliableOneHardlyEverAtAnySpeed() {
        SimulatedMiner reliable = SimulatedMiner.of(1, 1);
        assertThat(reliable.personality()).isEqualTo(Personality.RELIABLE);
        int often = silences(flaky(), 60, Duration.ofDays(1)).size();
        assertThat(often).isBetween(20, 100);
        assertThat(silences(reliable, 60, Duration.ofDays(1))).hasSizeLessThan(5);
        assertThat(silences(reliable, 10_000, Duration.ofDays(1))).hasSizeLessThan(10);
    }

    @Test
    void aSilentMinerSaysNothing() {
        LiveMiner live = live(flaky());
        live.fallSilent(time.now(), Duration.ofMinutes(6));
        assertThat(live.vitals(time.now())).isEmpty();
        time.pass(Duration.ofMinutes(6));
        assertThat(live.vitals(time.now())).isPresent();
    }

    private LiveMiner live(SimulatedMiner miner) {
        Clock clock = Clock.systemUTC();
        HubClient nobody = new HubClient(
                new ServiceClient(ServiceUrl.parse("http://127.0.0.1:1"), clock), "token", Duration.ofSeconds(1));
        return new LiveMiner(miner, 1, nobody, "key", time.timing());
    }

    private static SimulatedMiner flaky() {
        return IntStream.rangeClosed(1, 16)
                .mapToObj(number -> SimulatedMiner.of(1, number))
                .filter(miner -> miner.personality() == Personality.FLAKY)
                .findFirst()
                .orElseThrow();
    }

    private List<Duration> silences(SimulatedMiner miner, int speed, Duration during) {
        LiveMiner live = live(miner);
        new Faults(time.timing(), 1, speed).start(List.of(live));
        List<Duration> silences = new ArrayList<>();
        Duration current = Duration.ZERO;
        for (Duration passed = Duration.ZERO; passed.compareTo(during) < 0; passed = passed.plus(STEP)) {
            time.pass(STEP);
            if (live.isSilent(time.now())) {
                current = current.plus(STEP);
            } else if (!current.isZero()) {
                silences.add(current.plus(STEP));
                current = Duration.ZERO;
            }
        }
        return silences;
    }
}
