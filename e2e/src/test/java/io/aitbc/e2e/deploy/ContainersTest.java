package io.aitbc.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.e2e.deploy.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Images and compose.yml, as far as they can be judged without an engine. */
class ContainersTest {

    private static final Path COMPOSE = Shell.PROJECT.resolve("deploy/compose");

    @TempDir
    static Path generated;

    @BeforeAll
    static void prepare() {
        Shell.output(Map.of(), COMPOSE.resolve("prepare.sh").toString(), generated.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool-hub", "coordinator-api", "monitoring", "miner-agent"})
    void anImageIsBuiltInLayersAndRunsAsAUserOfItsOwn(String module) throws IOException {
        String file = Files.readString(Shell.PROJECT.resolve(module + "/Dockerfile"));
        List<String> stages = List.of(file.split("(?m)^FROM "));
        String last = stages.get(stages.size() - 1);
        assertThat(Pattern.compile("(?m)^FROM (\\S+)").matcher(file).results().map(found -> found.group(1)))
                .as("pinned")
                .hasSize(2)
                .allMatch(image -> image.matches("[a-z-]+:\\d+\\.\\d+\\.\\d+.*"));
        assertThat(stages.get(1)).contains("-pl " + module + " -am package", "extract --layers");
        assertThat(Pattern.compile("COPY --from=build /layers/(\\S+)/ ")
                        .matcher(last)
                        .results()
                        .map(found -> found.group(1)))
                .as("from what changes least to what changes most")
                .containsExactly("dependencies", "spring-boot-loader", "snapshot-dependencies", "application");
        assertThat(last).containsPattern("(?m)^USER 10001:10001$").containsPattern("(?m)^HEALTHCHECK .*");
        assertThat(last)
                .as("exec form: signals reach Java")
                .containsPattern("(?m)^ENTRYPOINT \\[\"java\", \"-jar\", \"" + module + ".jar\"]$");
        assertThat(last.indexOf("\nUSER")).isLessThan(last.indexOf("\nENTRYPOINT"));
        Matcher version = Pattern.compile(module + "-([0-9][^/ ]*)\\.jar").matcher(file);
        assertThat(version.find()).isTrue();
        assertThat(Files.readString(Shell.PROJECT.resolve("pom.xml")))
                .as("the version of the jar")
                .contains("<version>" + version.group(1) + "</version>");
    }

    @Test
    void whatComposeNamesIsThere() throws IOException {
        Map<?, ?> compose = new Yaml().load(Files.readString(COMPOSE.resolve("compose.yml")));
        Map<?, ?> services = map(compose, "services");
        Map<?, ?> secrets = map(compose, "secrets");
        TreeSet<String> used = new TreeSet<>();
        services.forEach((name, each) -> {
            Map<?, ?> service = (Map<?, ?>) each;
            assertThat(String.valueOf(service.get("image"))).as("pinned").matches("\\S+:v?\\d+\\.\\d+(\\.\\d+)?");
            assertThat(service.containsKey("mem_limit"))
                    .as("%s has a limit", name)
                    .isTrue();
            list(service, "secrets")
                    .forEach(secret -> used.add(
                            secret instanceof Map<?, ?> written
                                    ? String.valueOf(written.get("source"))
                                    : secret.toString()));
            list(service, "ports")
                    .forEach(port -> assertThat(port.toString())
                            .as("reached from this machine only")
                            .startsWith("127.0.0.1:"));
            if (service.get("depends_on") instanceof Map<?, ?> others) {
                others.forEach((other, how) -> {
                    Map<?, ?> awaited = map(services, other.toString());
                    assertThat(((Map<?, ?>) how).get("condition")).isEqualTo("service_healthy");
                    assertThat(awaited.containsKey("healthcheck") || awaited.containsKey("build"))
                            .as("%s can be told healthy", other)
                            .isTrue();
                });
            }
            if (service.get("build") instanceof Map<?, ?> build) {
                assertThat(Shell.PROJECT.resolve(String.valueOf(build.get("dockerfile"))))
                        .exists();
            }
            for (Object volume : list(service, "volumes")) {
                String from = volume.toString().split(":")[0];
                if (from.startsWith("./generated")) {
                    assertThat(generated.resolve(from.substring("./generated/".length())))
                            .exists();
                } else if (from.startsWith(".")) {
                    assertThat(COMPOSE.resolve(from)).exists();
                } else if (!from.startsWith("/")) {
                    assertThat(map(compose, "volumes").containsKey(from))
                            .as(from)
                            .isTrue();
                }
            }
        });
        assertThat(used).isEqualTo(new TreeSet<>(names(secrets)));
        secrets.forEach((name, file) -> assertThat(generated.resolve("secrets").resolve(name.toString()))
                .as("drawn by prepare.sh")
                .exists());
    }

    @Test
    void theShippedConfigurationHasTheContainersNamesInLocalhostsPlace() throws IOException {
        Map<?, ?> services = map(new Yaml().load(Files.readString(COMPOSE.resolve("compose.yml"))), "services");
        String text;
        try (Stream<Path> files = Files.walk(generated)) {
            text = files.filter(file -> file.toString().endsWith(".yml"))
                    .map(ContainersTest::read)
                    .reduce("", String::concat);
        }
        assertThat(text.lines().filter(line -> !line.strip().startsWith("#")))
                .noneMatch(line -> line.contains("localhost"));
        TreeSet<String> hosts = new TreeSet<>();
        Matcher named =
                Pattern.compile("(?:http://|[\\[ ])([a-z][a-z.-]+):\\d{4}").matcher(text);
        while (named.find()) {
            hosts.add(named.group(1));
        }
        hosts.remove("host.docker.internal");
        hosts.remove("mail.example.org");
        assertThat(hosts)
                .contains("pool-hub", "coordinator-api", "monitoring", "prometheus", "alertmanager", "node-exporter")
                .isSubsetOf(names(services));
    }

    @Test
    void prometheusAndAlertmanagerTakeTheConfiguration(@TempDir Path scratch) throws IOException {
        Assumptions.assumeTrue(
                Shell.isInstalled("promtool") && Shell.isInstalled("amtool"),
                "promtool and amtool are not installed here");
        Path folder = Files.createDirectories(scratch.resolve("etc"));
        Shell.output(Map.of(), "cp", "-r", generated + "/prometheus/.", folder.toString());
        Files.createDirectories(folder.resolve("keys"));
        for (String key : List.of("pool-hub", "coordinator-api", "monitoring", "coordinator-service")) {
            Files.writeString(folder.resolve("keys").resolve(key), "key");
        }
        Shell.output(Map.of(), "cp", "-r", "infra/prometheus/rules", folder.toString());
        Outcome prometheus = Shell.run(
                "promtool", "check", "config", folder.resolve("prometheus.yml").toString());
        assertThat(prometheus.status()).as(prometheus.output()).isZero();
        Outcome alertmanager = Shell.run(
                "amtool", "check-config", folder.resolve("alertmanager.yml").toString());
        assertThat(alertmanager.status()).as(alertmanager.output()).isZero();
    }

    @Test
    void keysAreDrawnOnce() throws IOException {
        Path key = generated.resolve("secrets/POOLHUB_OPERATOR_KEY");
        String drawn = Files.readString(key);
        assertThat(drawn).matches("[A-Za-z0-9_-]{43}");
        prepare();
        assertThat(Files.readString(key)).isEqualTo(drawn);
        assertThat(Files.readString(Shell.PROJECT.resolve(".gitignore"))).contains("/deploy/compose/generated/\n");
        assertThat(Files.readString(Shell.PROJECT.resolve(".dockerignore"))).contains("deploy/compose\n");
    }

    private static String read(Path file) {
        return Shell.output(Map.of(), "cat", file.toString());
    }

    private static Map<?, ?> map(Map<?, ?> of, String name) {
        return of.get(name) instanceof Map<?, ?> found ? found : Map.of();
    }

    private static Collection<?> list(Map<?, ?> of, String name) {
        return of.get(name) instanceof Collection<?> found ? found : List.of();
    }

    private static List<String> names(Map<?, ?> of) {
        return of.keySet().stream().map(String::valueOf).toList();
    }
}
