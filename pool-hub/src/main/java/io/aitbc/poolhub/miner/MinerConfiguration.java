package io.aitbc.poolhub.miner;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.commit.GroupCommit;
import io.aitbc.poolhub.lane.FastLane;
import io.aitbc.service.lifetime.HealthDetail;
import io.aitbc.service.security.Gate;
import io.aitbc.service.security.Role;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** The write path of heartbeats, and what health says of the fleet. */
@Configuration(proxyBeanMethods = false)
class MinerConfiguration {

    @Bean
    GroupCommit<Beat, Instant> heartbeatCommit(HeartbeatLedger ledger) {
        return new GroupCommit<>("heartbeat-commit", 1_000, 20_000, ledger::write);
    }

    @Bean
    FilterRegistrationBean<FastLane<HeartbeatController.Heartbeat>> heartbeatLane(
            HeartbeatController heartbeats,
            Gate gate,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems,
            ObjectMapper json) {
        return new FastLane.Calls<>(
                        HeartbeatController.PATH,
                        Set.of(Role.MINER),
                        HeartbeatController.Heartbeat.class,
                        HeartbeatController.Reply.class,
                        heartbeat -> true,
                        heartbeats::beat)
                .filter(gate, problems, json);
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
