package io.aitbc.poolhub.miner;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.KeyDirectory;
import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The miners' own keys. A change counts at once in this replica, within a minute in the others. */
@Repository
class MinerKeys implements KeyDirectory {

    private final LoadingCache<String, Optional<Caller>> cache;

    MinerKeys(JdbcTemplate jdbc) {
        this.cache = Caffeine.newBuilder()
                .maximumSize(500_000)
                .expireAfterWrite(Duration.ofMinutes(1))
                .build(hash -> jdbc
                        .queryForList(
                                "SELECT miner_id FROM miners WHERE api_key_hash = ? AND enrollment <> 'REMOVED'",
                                String.class,
                                hash)
                        .stream()
                        .findFirst()
                        .map(Caller::miner));
    }

    @Override
    public Optional<Caller> find(String sha256Hex) {
        return cache.get(sha256Hex);
    }

    void forget(String sha256Hex) {
        cache.invalidate(sha256Hex);
    }
}
