package io.aitbc.service.security;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What a service tells the shared library about itself, in its application.yml.
 *
 * @param name folder under DATA_DIR and name in meters, such as {@code pool-hub}
 * @param keys the environment variable that holds the key of each static role
 * @param credentials further variables that embedded mode makes once and keeps in credentials.env
 * @param largeBodies path prefixes that take bodies up to 10 MiB; all others 1 MiB
 * @param partitionedTables tables whose monthly partitions are kept ahead of time
 * @param metricsPublic METRICS_PUBLIC: whether metrics are served without a key
 * @param rateLimitPerSecond RATE_LIMIT_PER_SECOND: requests per second and key; 0 is no limit
 * @param rateLimitBurst RATE_LIMIT_BURST: how many requests may come at once
 */
@ConfigurationProperties("service")
public record ServiceSettings(
        String name,
        @Nullable Map<Role, String> keys,
        @Nullable List<String> credentials,
        @Nullable List<String> largeBodies,
        @Nullable List<String> partitionedTables,
        boolean metricsPublic,
        int rateLimitPerSecond,
        int rateLimitBurst) {

    public ServiceSettings {
        keys = keys == null ? Map.of() : Map.copyOf(keys);
        credentials = credentials == null ? List.of() : List.copyOf(credentials);
        largeBodies = largeBodies == null ? List.of() : List.copyOf(largeBodies);
        partitionedTables = partitionedTables == null ? List.of() : List.copyOf(partitionedTables);
        if (rateLimitPerSecond < 0) {
            throw new IllegalArgumentException(
                    "RATE_LIMIT_PER_SECOND must be 0 (no limit) or more, was " + rateLimitPerSecond);
        }
        if (rateLimitPerSecond > 0 && rateLimitBurst < 1) {
            throw new IllegalArgumentException("RATE_LIMIT_BURST must be 1 or more, was " + rateLimitBurst);
        }
    }

    @Override
    public Map<Role, String> keys() {
        return keys == null ? Map.of() : keys;
    }

    @Override
    public List<String> credentials() {
        return credentials == null ? List.of() : credentials;
    }

    @Override
    public List<String> largeBodies() {
        return largeBodies == null ? List.of() : largeBodies;
    }

    @Override
    public List<String> partitionedTables() {
        return partitionedTables == null ? List.of() : partitionedTables;
    }
}
