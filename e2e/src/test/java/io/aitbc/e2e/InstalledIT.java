package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.e2e.deploy.DebianPostgres;
import io.aitbc.e2e.deploy.Shell;
import io.aitbc.e2e.deploy.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What install.sh installs, run as its units say, but by this test in systemd's place: each service with the unit's environment, its
 * secrets as files, on a PostgreSQL server of its own. Then their databases are backed up and restored into an empty server.
 */
class InstalledIT {

    @TempDir
    Path folder;

    private Path root;
    private final List<Unit> started = new ArrayList<>();

    @BeforeEach
    void install() {
        root = folder.resolve("root");
    }

    @Test
    void theServicesRunOnTheirCredentialsAndComeBackFromABackupOnAnEmptyServer() throws Exception {
        Assumptions.assumeTrue(
                DebianPostgres.programs().isPresent(),
                "no PostgreSQL server with a pg_dump that reads it is installed here (Debian: postgresql)");
        Outcome installed = Shell.run("deploy/systemd/install.sh", "--root", root.toString());
        assertThat(installed.status()).as(installed.output()).isZero();
        Path credentials = root.resolve("etc/gpu-pool/credentials");
        try (DebianPostgres server = DebianPostgres.start();
                DebianPostgres empty = DebianPostgres.start()) {
            for (DebianPostgres each : List.of(server, empty)) {
                Map<String, String> administrator = new HashMap<>(each.administrator());
                administrator.put("ANY_POSTGRESQL", "yes");
                Shell.output(administrator, "deploy/postgresql/create-databases.sh", credentials.toString());
                // Before PostgreSQL 16 nobody but an administrator can be asked whether he may take on a role.
                each.ask("postgres", "ALTER ROLE coordinator SUPERUSER");
            }
            run(server);
            Unit hub = started.get(0);
            Unit coordinator = started.get(1);
            Api operator = new Api(coordinator.url(), key("COORDINATOR_OPERATOR_KEY"));
            operator.post("/api/tenants", """
                    {"tenant_id": "acme", "name": "Acme", "currency": "USD", "timezone": "UTC"}""").expect(201);
            new Api(hub.url(), key("POOLHUB_ENROLLMENT_TOKEN"))
                    .post("/v1/miners/register", """
                    {"miner_id": "m-1", "api_key": "a-long-secret-of-its-own", "addr": "10.0.0.7:9000", "proto": "http",
                     "gpu_name": "A100", "gpu_vram_gb": 80, "max_parallel": 2, "base_price": "0.45", "region": "eu"}""")
                    .expect(201);
            stop();

            Map<String, String> settings = new HashMap<>(Map.of(
                    "BACKUP_DIR", folder.resolve("backups").toString(),
                    "CREDENTIALS_DIRECTORY", credentials.toString(),
                    "BACKUP_DATABASES", databases(server),
                    "BACKUP_FILES", root.resolve("etc/gpu-pool").toString()));
            Outcome backup = Shell.run(settings, root + "/usr/lib/gpu-pool/backup.sh", "--name", "all");
            assertThat(backup.status()).as(backup.output()).isZero();
            List<String> restore = new ArrayList<>(List.of(
                    root + "/usr/lib/gpu-pool/restore.sh",
                    folder.resolve("backups/all").toString(),
                    "--files-into",
                    folder.resolve("restored").toString()));
            for (String database : databases(empty).split(" ")) {
                restore.addAll(List.of("--database", database));
            }
            Outcome restored = Shell.run(settings, restore);
            assertThat(restored.status()).as(restored.output()).isZero();
            for (String database : List.of("poolhub", "coordinator")) {
                assertThat(empty.content(database)).hasSizeGreaterThan(50).isEqualTo(server.content(database));
            }

            run(empty);
            assertThat(new Api(started.get(1).url(), key("COORDINATOR_OPERATOR_KEY"))
                            .get("/api/tenants/acme")
                            .expect(200)
                            .path("name")
                            .asText())
                    .isEqualTo("Acme");
            new Api(started.get(0).url(), key("POOLHUB_VIEWER_KEY"))
                    .get("/v1/miners/m-1")
                    .expect(200);
        } finally {
            stop();
        }
    }

    private static String databases(DebianPostgres server) {
        // In the order of backup.env: the hub before its coordinator.
        return "pool-hub=" + server.uri("poolhub", "poolhub") + " coordinator-api="
                + server.uri("coordinator", "coordinator");
    }

    private String key(String name) throws IOException {
        return Files.readString(root.resolve("etc/gpu-pool/credentials").resolve(name));
    }

    /** Both at once, and each awaited by the gate of its unit. */
    private void run(DebianPostgres server) throws Exception {
        started.clear();
        started.add(new Unit("pool-hub", "poolhub", server));
        started.add(new Unit("coordinator-api", "coordinator", server));
        for (Unit unit : started) {
            unit.start();
        }
        for (Unit unit : started) {
            unit.awaitGate();
        }
    }

    private void stop() throws InterruptedException {
        for (Unit unit : started) {
            unit.stop();
        }
    }

    /** One unit's process, made from what the unit and its environment file say. */
    private final class Unit {

        private final String service;
        private final Path runtime;
        private final Map<String, String> environment = new HashMap<>();
        private final String text;
        private final int port = ServiceProcess.freePort();
        private final String portVariable;
        private @Nullable Process process;

        Unit(String service, String database, DebianPostgres server) throws IOException {
            this.service = service;
            this.runtime = Files.createTempDirectory(folder, service);
            this.text = Files.readString(root.resolve("etc/systemd/system/" + service + ".service"));
            read(Pattern.compile("(?m)^Environment=\"?(?<one>JAVA_OPTS=[^\"\n]*)"));
            read(Pattern.compile("(?m)^Environment=(?<one>SPRING_CONFIG_IMPORT=\\S+)"));
            for (String line : Files.readAllLines(root.resolve("etc/gpu-pool/" + service + ".env"))) {
                if (!line.startsWith("#") && line.contains("=")) {
                    environment.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
                }
            }
            // systemd copies each credential into a folder of the service's own.
            Path credentials = Files.createDirectories(runtime.resolve("credentials"));
            Matcher loaded =
                    Pattern.compile("(?m)^LoadCredential=([^:]+):(\\S+)$").matcher(text);
            while (loaded.find()) {
                Files.copy(root.resolve(loaded.group(2).substring(1)), credentials.resolve(loaded.group(1)));
            }
            environment.replaceAll((name, value) -> value.replace("%d", credentials.toString()));
            Matcher variable = Pattern.compile("(?m)^ExecStartPost=.*\\$\\{([A-Z]+_PORT)}$")
                    .matcher(text);
            assertThat(variable.find()).isTrue();
            portVariable = variable.group(1);
            // What differs here from an installed machine: addresses, and where the server is.
            environment.put(portVariable, Integer.toString(port));
            environment.put("BIND_ADDRESS", "127.0.0.1");
            environment.put("DATA_DIR", runtime.resolve("state").toString());
            environment.put("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database);
            environment.put("COORDINATOR_BILLING_URL", "http://127.0.0.1:1");
        }

        private void read(Pattern pattern) {
            Matcher found = pattern.matcher(text);
            assertThat(found.find()).as("%s in %s", pattern, service).isTrue();
            String one = found.group("one");
            environment.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
        }

        void start() throws Exception {
            Path jar = root.resolve("usr/lib/gpu-pool/" + service + ".jar");
            List<String> command = new ArrayList<>(List.of(Packaged.java()));
            command.addAll(
                    List.of(Objects.requireNonNull(environment.get("JAVA_OPTS")).split(" ")));
            command.add("-XX:TieredStopAtLevel=1");
            Path home = runtime;
            if (service.equals("coordinator-api")) {
                command.addAll(List.of("-jar", jar.toString()));
            } else {
                home = layers(jar);
                command.addAll(entryPoint());
            }
            ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
            builder.environment().keySet().removeIf(name -> name.matches(".*(_KEY|_TOKEN)|SPRING_.*|JAVA_TOOL.*"));
            builder.environment().putAll(environment);
            process = builder.redirectErrorStream(true)
                    .redirectOutput(runtime.resolve("log").toFile())
                    .start();
        }

        /** As the image is laid out: extracted by its Dockerfile's command, the layers laid over one another. */
        private Path layers(Path jar) throws IOException {
            String dockerfile = Files.readString(Shell.PROJECT.resolve(service + "/Dockerfile"));
            Matcher extract = Pattern.compile("(?s)RUN java -Djarmode=tools -jar \\S+ \\\\\\s+(extract [^\n]*)")
                    .matcher(dockerfile);
            assertThat(extract.find()).isTrue();
            Path layers = Files.createDirectories(runtime.resolve("layers"));
            List<String> command = new ArrayList<>(List.of(
                    "env", "-C", layers.toString(), Packaged.java(), "-Djarmode=tools", "-jar", jar.toString()));
            command.addAll(List.of(extract.group(1).strip().split(" ")));
            Shell.output(Map.of(), command.toArray(String[]::new));
            Path home = Files.createDirectories(runtime.resolve("opt"));
            Matcher copied =
                    Pattern.compile("COPY --from=build /layers/(\\S+)/ ./").matcher(dockerfile);
            while (copied.find()) {
                Shell.output(Map.of(), "cp", "-r", layers + "/" + copied.group(1) + "/.", home.toString());
            }
            return home;
        }

        private List<String> entryPoint() throws IOException {
            Matcher entry = Pattern.compile("(?m)^ENTRYPOINT \\[\"java\", \"-jar\", \"(\\S+)\"]")
                    .matcher(Files.readString(Shell.PROJECT.resolve(service + "/Dockerfile")));
            assertThat(entry.find()).isTrue();
            return List.of("-jar", entry.group(1));
        }

        void awaitGate() throws IOException {
            Process running = Objects.requireNonNull(process);
            // Tries of up to 100 s: the shell that runs it is not waited for longer.
            Outcome gate = new Outcome(1, "");
            for (int attempt = 0; attempt < 3 && gate.status() != 0 && running.isAlive(); attempt++) {
                gate = Shell.run(
                        root + "/usr/lib/gpu-pool/healthy",
                        "--wait",
                        "100",
                        "--process",
                        Long.toString(running.pid()),
                        "127.0.0.1:" + port);
            }
            assertThat(gate.status())
                    .as(() -> {
                        try {
                            return Files.readString(runtime.resolve("log"));
                        } catch (IOException e) {
                            return e.toString();
                        }
                    })
                    .isZero();
        }

        String url() {
            return "http://127.0.0.1:" + port;
        }

        /** As systemd stops it: SIGTERM, for at most TimeoutStopSec, and with a status that counts as success. */
        void stop() throws InterruptedException {
            if (process != null && process.isAlive()) {
                process.destroy();
                boolean ended = process.waitFor(60, TimeUnit.SECONDS);
                process.destroyForcibly();
                assertThat(ended).as("%s ends within TimeoutStopSec", service).isTrue();
                assertThat(process.exitValue()).isEqualTo(143);
                assertThat(Shell.run(root + "/usr/lib/gpu-pool/healthy", "127.0.0.1:" + port)
                                .status())
                        .as("the gate says when nobody answers")
                        .isEqualTo(1);
            }
        }
    }
}
