package io.aitbc.poolhub.job;

import io.aitbc.poolhub.gpu.GpuEvents;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Moves jobs away from GPUs that are not well, in the transaction in which that became known. */
@Component
class SickGpus {

    private final Attempts attempts;
    private final Submissions submissions;
    private final Clock clock;

    SickGpus(Attempts attempts, Submissions submissions, Clock clock) {
        this.attempts = attempts;
        this.submissions = submissions;
        this.clock = clock;
    }

    @EventListener
    void on(GpuEvents.WorkMustMove move) {
        attempts.on(move.gpuUuid())
                .ifPresent(attempt -> submissions.stop(
                        attempt,
                        null,
                        "GPU " + move.gpuUuid() + ": " + move.cause(),
                        clock.instant().truncatedTo(ChronoUnit.MICROS)));
    }
}
