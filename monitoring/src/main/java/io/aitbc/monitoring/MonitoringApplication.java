package io.aitbc.monitoring;

import io.aitbc.monitoring.cli.MonitoringCommand;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the monitoring service, or runs one of its commands. */
@SpringBootApplication
public class MonitoringApplication {

    public static void main(String[] args) {
        if (MonitoringCommand.isMeant(args)) {
            System.exit(MonitoringCommand.run(args));
        }
        SpringApplication.run(MonitoringApplication.class, args);
    }
}
