package io.aitbc.poolhub.job;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How jobs are handed out.
 *
 * @param leaseSeconds by when a miner must have said that it started a job
 * @param silenceSeconds a miner that has been silent for so long gets no new job
 * @param mostLost how often a job may be lost with its miner before it has failed
 */
@ConfigurationProperties("jobs")
record JobSettings(int leaseSeconds, int silenceSeconds, int mostLost) {

    JobSettings {
        require("JOB_LEASE_SECONDS", leaseSeconds, 5, 3_600);
        require("JOB_MINER_SILENCE_SECONDS", silenceSeconds, 5, 86_400);
        require("JOB_MAX_LOST", mostLost, 1, 1_000);
    }

    Duration lease() {
        return Duration.ofSeconds(leaseSeconds);
    }

    Duration silence() {
        return Duration.ofSeconds(silenceSeconds);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be within " + least + ".." + most + ", was " + value);
        }
    }
}
