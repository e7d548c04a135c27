package io.aitbc.poolhub.match;

import io.aitbc.poolhub.commit.GroupCommit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The scoring with its weights, and the write path of match calls. */
@Configuration(proxyBeanMethods = false)
class MatchConfiguration {

    @Bean
    Matching matching(MatchSettings settings) {
        return new Matching(settings);
    }

    @Bean
    GroupCommit<MatchRecord, Boolean> matchCommit(MatchLedger ledger) {
        return new GroupCommit<>("match-commit", 500, 20_000, ledger::write);
    }
}
