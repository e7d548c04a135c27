package io.aitbc.poolhub.miner;

import java.time.Clock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Looks every ten seconds for miners that fell silent. */
@Component
class SilenceWatch {

    private final StateIntervals intervals;
    private final Clock clock;

    SilenceWatch(StateIntervals intervals, Clock clock) {
        this.intervals = intervals;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT10S", initialDelayString = "PT10S")
    @SchedulerLock(name = "miner-silence", lockAtMostFor = "PT1M")
    public void sweep() {
        intervals.sweep(clock.instant());
    }
}
