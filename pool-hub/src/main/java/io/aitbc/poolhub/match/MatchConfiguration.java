package io.aitbc.poolhub.match;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.commit.GroupCommit;
import io.aitbc.poolhub.lane.FastLane;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.service.security.Gate;
import io.aitbc.service.security.Role;
import java.time.Clock;
import java.util.Set;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** The scoring with its weights, and the write path of match calls. */
@Configuration(proxyBeanMethods = false)
class MatchConfiguration {

    @Bean
    FleetIndex fleetIndex(FleetView fleet, MatchSettings settings, Clock clock) {
        FleetIndex index = new FleetIndex(minerId -> fleet.find(minerId).orElse(null), clock, new Scoring(settings));
        fleet.watch(index::update);
        return index;
    }

    @Bean
    FilterRegistrationBean<FastLane<JobNeeds>> matchLane(
            MatchController matches,
            Gate gate,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems,
            ObjectMapper json) {
        return new FastLane.Calls<>(
                        MatchController.PATH,
                        Set.of(Role.OPERATOR, Role.SERVICE),
                        JobNeeds.class,
                        MatchController.Answer.class,
                        JobNeeds::isSurelySound,
                        (caller, needs) -> matches.match(needs, null))
                .filter(gate, problems, json);
    }

    @Bean
    GroupCommit<MatchRecord, Boolean> matchCommit(MatchLedger ledger) {
        return new GroupCommit<>("match-commit", 500, 20_000, ledger::write);
    }
}
