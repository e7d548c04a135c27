package io.aitbc.monitoring.cli;

import io.aitbc.monitoring.artifact.ArtifactCheck;
import io.aitbc.monitoring.artifact.Comparison;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a command meets on the machine where it runs.
 *
 * @param isTerminal whether somebody watches
 * @param askEvery how long to wait before asking again how a run stands
 * @param differences what is not as it was written in a folder of artifacts
 * @param comparison two folders of artifacts side by side
 */
record Surroundings(
        Map<String, String> environment,
        boolean isTerminal,
        Clock clock,
        Duration askEvery,
        Function<Path, List<String>> differences,
        BiFunction<Path, Path, Object> comparison) {

    static Surroundings ofThisProcess() {
        return new Surroundings(
                System.getenv(),
                isTerminal(System.console()),
                Clock.systemUTC(),
                Duration.ofSeconds(1),
                folder -> read(() -> ArtifactCheck.differences(folder)),
                (a, b) -> read(() -> Comparison.of(a, b)));
    }

    private static <T> T read(Callable<T> reading) {
        try {
            return reading.call();
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw Failed.local("The artifacts cannot be read: " + e.getMessage() + ".");
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** From JDK 22 on there is a console also where nobody watches; only it can tell. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
