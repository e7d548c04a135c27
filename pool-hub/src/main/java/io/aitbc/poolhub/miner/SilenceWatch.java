package io.aitbc.poolhub.miner;

import java.time.Clock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Looks every ten seconds for miners that fell silent, and lets go of those that have drained. */
@Component
class SilenceWatch {

    private final StateIntervals intervals;
    private final MinerStatusRows status;
    private final Registry registry;
    private final MinerFacade facade;
    private final Clock clock;

    SilenceWatch(StateIntervals intervals, MinerStatusRows status, Registry registry, MinerFacade facade, Clock clock) {
        this.intervals = intervals;
        this.status = status;
        this.registry = registry;
        this.facade = facade;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT10S", initialDelayString = "PT10S")
    @SchedulerLock(name = "miner-silence", lockAtMostFor = "PT1M")
    public void sweep() {
        intervals.sweep(clock.instant());
        for (String minerId : status.drained(clock.instant())) {
            registry.letGo(minerId);
            facade.removed(minerId);
        }
    }
}
