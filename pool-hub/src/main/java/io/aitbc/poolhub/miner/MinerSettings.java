package io.aitbc.poolhub.miner;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How miners enrol and how long they may be silent. */
@ConfigurationProperties("miner")
record MinerSettings(
        int heartbeatGraceSeconds, int heartbeatIntervalSeconds, boolean openEnrollment, boolean autoApprove) {

    MinerSettings {
        require("POOLHUB_HEARTBEAT_GRACE_SECONDS", heartbeatGraceSeconds, 10, 86_400);
        require("POOLHUB_HEARTBEAT_INTERVAL_SECONDS", heartbeatIntervalSeconds, 1, 3_600);
        if (heartbeatIntervalSeconds >= heartbeatGraceSeconds) {
            throw new IllegalArgumentException("POOLHUB_HEARTBEAT_INTERVAL_SECONDS must be less than"
                    + " POOLHUB_HEARTBEAT_GRACE_SECONDS (" + heartbeatGraceSeconds + "), was "
                    + heartbeatIntervalSeconds);
        }
    }

    Duration grace() {
        return Duration.ofSeconds(heartbeatGraceSeconds);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be within " + least + ".." + most + ", was " + value);
        }
    }
}
