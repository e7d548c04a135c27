package io.aitbc.poolhub.miner;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.commit.GroupCommit;
import io.aitbc.service.lifetime.HealthDetail;
import io.aitbc.service.security.Gate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** The write path of heartbeats, and what health says of the fleet. */
@Configuration(proxyBeanMethods = false)
class MinerConfiguration {

    @Bean
    GroupCommit<Beat, Instant> heartbeatCommit(HeartbeatLedger ledger) {
        return new GroupCommit<>("heartbeat-commit", 1_000, 20_000, ledger::write);
    }

    /** After the filters that name, count and bound requests, before all others. */
    @Bean
    FilterRegistrationBean<HeartbeatLane> heartbeatLane(
            HeartbeatController heartbeats,
            Gate gate,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems,
            ObjectMapper json) {
        FilterRegistrationBean<HeartbeatLane> bean =
                new FilterRegistrationBean<>(new HeartbeatLane(heartbeats, gate, problems, json));
        bean.setUrlPatterns(List.of(HeartbeatController.PATH));
        bean.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
        return bean;
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
