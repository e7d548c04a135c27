package io.aitbc.monitoring.cli;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands, before a service that a test makes up. */
abstract class CommandScene {

    @RegisterExtension
    static final WireMockExtension SERVICE = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    /** What a command left. */
    record Run(int exit, String out, String err) {

        JsonNode json() {
            return parsed(out);
        }

        JsonNode errorJson() {
            return parsed(err);
        }

        private static JsonNode parsed(String text) {
            try {
                return Json.read(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(text, e);
            }
        }
    }

    @TempDir
    Path folder = Path.of("");

    final Map<String, String> environment =
            new HashMap<>(Map.of("MONITORING_OPERATOR_KEY", "k-1", "MONITORING_URL", SERVICE.baseUrl() + "/"));
    boolean isTerminal;
    List<String> differences = List.of();
    Function<Path, List<String>> differencesOf = path -> differences;
    Object comparison = Map.of();
    final List<Path> looked = new ArrayList<>();
    Instant now = Instant.parse("2026-01-01T12:00:00Z");

    Run run(String... arguments) {
        Surroundings surroundings = new Surroundings(
                environment,
                isTerminal,
                Clock.fixed(now, ZoneOffset.UTC),
                Duration.ofMillis(20),
                path -> {
                    looked.add(path);
                    return differencesOf.apply(path);
                },
                (a, b) -> {
                    looked.addAll(List.of(a, b));
                    return comparison;
                });
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = MonitoringCommand.commandLine(surroundings)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Run(exit, out.toString(), err.toString());
    }

    /** A command line with blanks between its words. */
    Run words(String line) {
        return run(Arrays.stream(line.split(" ")).toArray(String[]::new));
    }

    static Set<String> keysOf(JsonNode node) {
        Set<String> names = new java.util.TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
