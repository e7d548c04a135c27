package io.aitbc.poolhub.console;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How long people stay signed in, and how many may look at a time.
 *
 * @param signInAttempts wrong keys per minute and address; more are refused unread
 * @param mostStreams browsers that are kept up to date at a time, by each replica
 */
@ConfigurationProperties("console")
record ConsoleSettings(int idleMinutes, int sessionHours, int signInAttempts, int mostStreams) {

    ConsoleSettings {
        within("CONSOLE_IDLE_MINUTES", idleMinutes, 1, 1_440);
        within("CONSOLE_SESSION_HOURS", sessionHours, 1, 168);
        within("CONSOLE_SIGN_IN_ATTEMPTS", signInAttempts, 1, 1_000);
        within("CONSOLE_MAX_STREAMS", mostStreams, 1, 10_000);
    }

    Duration idle() {
        return Duration.ofMinutes(idleMinutes);
    }

    Duration longest() {
        return Duration.ofHours(sessionHours);
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be within " + least + ".." + most + ", was " + value);
        }
    }
}
