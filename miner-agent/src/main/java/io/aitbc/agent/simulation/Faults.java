package io.aitbc.agent.simulation;

import io.aitbc.agent.heart.Timing;
import java.time.Duration;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets miners fall silent. How often is simulated time, which the speed shortens; how long is not, because the hub takes
 * a miner for down after five minutes of the real clock.
 */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final Duration LEAST_GAP = Duration.ofMinutes(5);
    private static final Duration FLAKY = Duration.ofHours(12);
    private static final Duration STEADY = Duration.ofDays(60);
    private static final Duration SHORTEST = Duration.ofMinutes(6);
    private static final Duration LONGEST = Duration.ofMinutes(12);

    private final Timing timing;
    private final long seed;
    private final double speed;

    Faults(Timing timing, long seed, double speed) {
        this.timing = timing;
        this.seed = seed;
        this.speed = speed;
    }

    void start(Collection<LiveMiner> miners) {
        for (LiveMiner live : miners) {
            scheduleNext(live, Chance.of(seed, "faults", live.miner().number()));
        }
    }

    private void scheduleNext(LiveMiner live, Chance chance) {
        boolean flaky = live.miner().personality() == Personality.FLAKY;
        // However fast the jobs, a fleet that is mostly silent would show nothing.
        Duration leastMean = flaky ? LEAST_GAP : Duration.ofHours(6);
        Duration mean = Duration.ofMillis(Math.round((flaky ? FLAKY : STEADY).toMillis() / speed));
        Duration wait = LEAST_GAP.plus(chance.waitFor(mean.compareTo(leastMean) < 0 ? leastMean : mean));
        timing.after(wait, () -> {
            Duration silence = chance.between(SHORTEST, LONGEST);
            LOG.info("{} falls silent for {} min.", live.miner().id(), silence.toMinutes());
            live.fallSilent(timing.now(), silence);
            timing.after(silence, () -> scheduleNext(live, chance));
        });
    }
}
