package io.aitbc.poolhub;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the pool hub. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class PoolHubApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(PoolHubApplication.class, arguments);
    }
}
