package io.aitbc.poolhub.sla;

import io.aitbc.poolhub.PoolHubApplication;
import io.aitbc.testsupport.TestDatabase;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Further hubs beside the one that a test may have, with the clock and the schedules of the world outside. */
final class Replicas {

    private Replicas() {}

    /** One more hub on this database; {@code more} are settings such as {@code --SLA_RETENTION_DAYS=30}. */
    static ConfigurableApplicationContext start(TestDatabase database, Path data, String... more) {
        Stream<String> settings = Stream.of(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.username(),
                "--spring.datasource.password=" + database.password(),
                "--DATA_DIR=" + data,
                "--POOLHUB_OPERATOR_KEY=operator-key-for-tests",
                "--POOLHUB_VIEWER_KEY=viewer-key-for-tests",
                "--POOLHUB_SERVICE_KEY=service-key-of-the-coordinator",
                "--POOLHUB_ENROLLMENT_TOKEN=enrollment-token-for-tests",
                "--COORDINATOR_API_KEY=service-key-for-tests",
                "--logging.structured.format.console=",
                "--logging.level.root=WARN");
        return new SpringApplicationBuilder(PoolHubApplication.class)
                .run(Stream.concat(settings, Stream.of(more)).toArray(String[]::new));
    }
}
