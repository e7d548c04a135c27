package io.aitbc.monitoring.config;

import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Which generation of the configuration file Prometheus runs. */
@Repository
public class AppliedConfig {

    private final JdbcClient jdbc;
    private final boolean writes;

    AppliedConfig(JdbcClient jdbc, @Value("${monitoring.targets.way}") String way) {
        this.jdbc = jdbc;
        this.writes = way.equals("config");
    }

    /** The generation; empty where the file is not written by us, or was not yet. */
    public Optional<Long> generation() {
        return writes
                ? jdbc.sql("SELECT max(generation) FROM config_generations WHERE verdict = 'APPLIED'")
                        .query((row, n) -> Optional.ofNullable(row.getObject(1, Long.class)))
                        .single()
                : Optional.empty();
    }
}
