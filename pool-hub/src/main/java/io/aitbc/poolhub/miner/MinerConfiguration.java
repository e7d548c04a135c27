package io.aitbc.poolhub.miner;

import io.aitbc.poolhub.commit.GroupCommit;
import io.aitbc.service.lifetime.HealthDetail;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The write path of heartbeats, and what health says of the fleet. */
@Configuration(proxyBeanMethods = false)
class MinerConfiguration {

    @Bean
    GroupCommit<Beat, Instant> heartbeatCommit(HeartbeatLedger ledger) {
        return new GroupCommit<>("heartbeat-commit", 1_000, 20_000, ledger::write);
    }

    @Bean
    HealthDetail fleetHealth(FleetView fleet, Environment environment) {
        String redis = environment.getProperty("spring.data.redis.url", "").isEmpty() ? "not configured" : "not used";
        return () -> {
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("redis", redis);
            details.put("miners_online", fleet.online());
            return details;
        };
    }
}
