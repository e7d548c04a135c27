package io.aitbc.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.e2e.deploy.Shell.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** backup.sh and restore.sh on a database with what makes ours hard to restore: roles in policies, partitions, an extension. */
class BackupTest {

    private static final String BACKUP =
            Shell.PROJECT.resolve("deploy/backup/backup.sh").toString();
    private static final String RESTORE =
            Shell.PROJECT.resolve("deploy/backup/restore.sh").toString();

    @TempDir
    static Path passwords;

    @TempDir
    Path folder;

    private static @Nullable DebianPostgres source;

    @BeforeAll
    static void fill() throws IOException {
        Assumptions.assumeTrue(
                DebianPostgres.programs().isPresent(),
                "no PostgreSQL server with a pg_dump that reads it is installed here (Debian: postgresql)");
        for (String service : List.of("pool-hub", "coordinator-api", "monitoring")) {
            Files.writeString(passwords.resolve(service + "-database-password"), "it's of \\" + service + "\n");
        }
        source = DebianPostgres.start();
        Map<String, String> anyVersion = new HashMap<>(source.administrator());
        if (Integer.parseInt(source.ask("postgres", "SHOW server_version_num")) < 160_000) {
            Outcome refused = Shell.run(anyVersion, createDatabases(), passwords.toString());
            assertThat(refused.status()).isEqualTo(4);
            assertThat(refused.output()).contains("16 or newer is needed");
        }
        anyVersion.put("ANY_POSTGRESQL", "yes");
        Shell.output(anyVersion, createDatabases(), passwords.toString());
        source.ask("coordinator", "CREATE EXTENSION btree_gist");
        source.ask("coordinator", """
                SET ROLE coordinator;
                CREATE TABLE ledger (id bigint GENERATED ALWAYS AS IDENTITY, tenant_id text, amount numeric(20, 8), at timestamptz,
                    data bytea, detail jsonb, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
                CREATE TABLE ledger_2026_10 PARTITION OF ledger FOR VALUES FROM ('2026-10-01') TO ('2026-11-01');
                CREATE TABLE ledger_2026_11 PARTITION OF ledger FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
                CREATE TABLE leases (gpu text, during tstzrange, EXCLUDE USING gist (gpu WITH =, during WITH &&));
                CREATE VIEW owed AS SELECT tenant_id, sum(amount) AS amount FROM ledger GROUP BY 1;
                ALTER TABLE ledger ENABLE ROW LEVEL SECURITY;
                GRANT SELECT ON ledger TO coordinator_tenant;
                CREATE POLICY own_rows ON ledger FOR SELECT TO coordinator_tenant
                    USING (tenant_id = current_setting('app.tenant', true));
                INSERT INTO ledger (tenant_id, amount, at, data, detail)
                    SELECT 'tenant-' || n % 3, n / 7.0, '2026-10-15'::timestamptz + n * interval '1 hour',
                        decode(repeat(md5(n::text), 20), 'hex'), jsonb_build_object('größe', n, 'quote', E'a''\\n\\t"')
                    FROM generate_series(1, 1000) n;
                INSERT INTO leases VALUES ('gpu-1', '[2026-11-01,2026-11-02)'), ('gpu-1', '[2026-11-02,2026-11-03)')""");
    }

    @AfterAll
    static void stop() {
        if (source != null) {
            source.close();
        }
    }

    private static String createDatabases() {
        return Shell.PROJECT.resolve("deploy/postgresql/create-databases.sh").toString();
    }

    private static DebianPostgres source() {
        return Objects.requireNonNull(source);
    }

    private static String coordinator() {
        return "coordinator-api=" + source().uri("coordinator", "coordinator");
    }

    private Outcome backup(Map<String, String> settings, String... options) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("BACKUP_DIR", folder.resolve("backups").toString());
        environment.put("CREDENTIALS_DIRECTORY", passwords.toString());
        List<String> command = new ArrayList<>(List.of(BACKUP));
        command.addAll(List.of(options));
        return Shell.run(environment, command);
    }

    private Path backedUp() {
        Outcome outcome = backup(Map.of("BACKUP_DATABASES", coordinator()), "--name", "first");
        assertThat(outcome.status()).as(outcome.output()).isZero();
        return folder.resolve("backups/first");
    }

    private static Outcome restore(Path backup, String... options) {
        List<String> command = new ArrayList<>(List.of(RESTORE, backup.toString()));
        command.addAll(List.of(options));
        return Shell.run(Map.of("PGPASSWORD", DebianPostgres.PASSWORD), command);
    }

    @Test
    void anEmptyServerHasEqualTablesRolesAndPoliciesAfterwards() {
        Path backup = backedUp();
        try (DebianPostgres empty = DebianPostgres.start()) {
            empty.ask("postgres", "CREATE DATABASE coordinator");
            String target = "coordinator-api=" + empty.uri("postgres", "coordinator");
            Outcome outcome = restore(backup, "--database", target);
            assertThat(outcome.status()).as(outcome.output()).isZero();
            assertThat(empty.content("coordinator"))
                    .contains(
                            "public.leases: 2 rows, "
                                    + source().ask(
                                                    "coordinator",
                                                    "SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM leases t"))
                    .hasSizeGreaterThan(10)
                    .isEqualTo(source().content("coordinator"));
            assertThat(empty.ask(
                            "coordinator",
                            "SET ROLE coordinator; SET ROLE coordinator_tenant; SET app.tenant = 'tenant-1'; SELECT tenant_id, "
                                    + "count(*) FROM ledger GROUP BY 1"))
                    .as("the tenants' role came along, and sees what it saw")
                    .endsWith("tenant-1|334");

            Outcome again = restore(backup, "--database", target);
            assertThat(again.status()).isEqualTo(5);
            assertThat(again.output()).contains("not empty");

            empty.ask("coordinator", "CREATE TABLE later AS SELECT 1 AS n; DELETE FROM leases");
            Outcome forced = restore(backup, "--database", target, "--force");
            assertThat(forced.status()).as(forced.output()).isZero();
            assertThat(empty.content("coordinator")).isEqualTo(source().content("coordinator"));
        }
    }

    @Test
    void itsOwnerRestoresItToo() {
        Path backup = backedUp();
        source().ask("postgres", "CREATE DATABASE again OWNER coordinator");
        List<String> command = List.of(
                RESTORE, backup.toString(), "--database", "coordinator-api=" + source().uri("coordinator", "again"));
        Outcome outcome = Shell.run(Map.of("CREDENTIALS_DIRECTORY", passwords.toString()), command);
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(source().content("again")).isEqualTo(source().content("coordinator"));
    }

    @Test
    void aDamagedBackupIsRefusedBeforeAnythingIsTouched() throws IOException {
        Path backup = backedUp();
        assertThat(restore(backup).output()).contains("the checksums", "are right");
        String target = "coordinator-api=" + source().uri("postgres", "monitoring");
        Path dump = backup.resolve("coordinator-api.dump");
        byte[] whole = Files.readAllBytes(dump);
        byte[] damaged = whole.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(dump, damaged);
        assertThat(restore(backup, "--database", target).status()).isEqualTo(4);
        Files.write(dump, whole);
        Files.writeString(backup.resolve("coordinator-api.roles.sql"), "CREATE ROLE eve SUPERUSER;");
        assertThat(restore(backup, "--database", target).output()).contains("damaged; nothing was restored");
        Files.delete(backup.resolve("coordinator-api.roles.sql"));
        assertThat(restore(backup, "--database", target).status()).isEqualTo(4);
        Files.delete(backup.resolve("SHA256SUMS"));
        assertThat(restore(backup, "--database", target).output()).contains("it is no complete backup");
        assertThat(source().ask(
                                "monitoring",
                                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
                .isEqualTo("0");
    }

    @Test
    void aDumpThatEndsEarlyLeavesTheDatabaseAsItWas() throws IOException {
        Path backup = backedUp();
        Path dump = backup.resolve("coordinator-api.dump");
        byte[] whole = Files.readAllBytes(dump);
        Files.write(dump, Arrays.copyOf(whole, whole.length * 3 / 4));
        // As if it had been written so: the checksums are right.
        Shell.output(Map.of(), "sh", "-c", "cd " + backup + " && rm SHA256SUMS && sha256sum * >.s && mv .s SHA256SUMS");
        Outcome outcome = restore(backup, "--database", "coordinator-api=" + source().uri("postgres", "monitoring"));
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(1);
        assertThat(outcome.output()).contains("is as it was");
        assertThat(source().ask(
                                "monitoring",
                                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
                .isEqualTo("0");
    }

    @Test
    void aFullDiskLeavesNothingBehind() throws IOException {
        Path disk = Files.createDirectories(folder.resolve("backups"));
        List<String> unshare = Shell.isRoot() ? List.of("unshare", "-m") : List.of("unshare", "-rm");
        List<String> command = new ArrayList<>(unshare);
        command.addAll(List.of(
                "bash",
                "-c",
                "mount -t tmpfs -o size=32k none " + disk + " || exit 99; " + BACKUP + "; status=$?; ls -A " + disk
                        + "; exit $status"));
        Outcome outcome = Shell.run(
                Map.of(
                        "BACKUP_DATABASES",
                        coordinator(),
                        "BACKUP_DIR",
                        disk.toString(),
                        "CREDENTIALS_DIRECTORY",
                        passwords.toString()),
                command);
        Assumptions.assumeTrue(
                outcome.status() != 99 && !outcome.output().contains("unshare"), "no mounts are allowed here");
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(1);
        assertThat(outcome.output())
                .contains("No space left on device")
                .endsWith("nothing was kept of this backup\n.lock\n");
    }

    @Test
    void aBackupIsNeverOverwrittenAndTheOldestOfItsKindGo() throws IOException {
        Map<String, String> settings = Map.of("BACKUP_FILES", passwords.toString());
        assertThat(backup(settings, "--name", "kept-by-hand").status()).isZero();
        assertThat(backup(settings, "--name", "kept-by-hand").output()).contains("never overwritten");
        for (int day = 10; day < 14; day++) {
            assertThat(backup(settings, "--keep", "2", "--name", "202610" + day + "T023000Z")
                            .status())
                    .isZero();
        }
        Path killed = Files.createDirectories(folder.resolve("backups/.half-20260101T000000Z"));
        assertThat(backup(settings, "--keep", "2", "--name", "20261014T023000Z").status())
                .isZero();
        assertThat(killed).as("what a killed run left").doesNotExist();
        try (Stream<Path> left = Files.list(folder.resolve("backups"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(".lock", "kept-by-hand", "20261013T023000Z", "20261014T023000Z");
        }
        Path restored = folder.resolve("restored");
        assertThat(restore(folder.resolve("backups/20261014T023000Z"), "--files-into", restored.toString())
                        .status())
                .isZero();
        assertThat(restored.resolve(passwords
                        .resolve("pool-hub-database-password")
                        .toString()
                        .substring(1)))
                .hasSameBinaryContentAs(passwords.resolve("pool-hub-database-password"));
    }

    @Test
    void prometheusIsBackedUpWhileItRunsAndGrafanaToo() throws Exception {
        Assumptions.assumeTrue(
                Shell.isInstalled("prometheus") && Shell.isInstalled("curl") && Shell.isInstalled("sqlite3"),
                "prometheus, curl and sqlite3 are not all installed here");
        Path data = folder.resolve("tsdb");
        Path grafana = folder.resolve("grafana.db");
        Shell.output(Map.of(), "sqlite3", grafana.toString(), "CREATE TABLE t (n); INSERT INTO t VALUES (42)");
        Map<String, String> settings = new HashMap<>(
                Map.of("BACKUP_PROMETHEUS_DATA", data.toString(), "BACKUP_GRAFANA_DB", grafana.toString()));
        Path restored = folder.resolve("restored");
        String before;
        String[] where = {
            "--prometheus-data",
            restored.toString(),
            "--grafana-db",
            folder.resolve("g.db").toString()
        };
        try (RunningPrometheus running = new RunningPrometheus(folder, data)) {
            running.awaitValue("up");
            before = running.url().replace("http://", "");
            Outcome copied = backup(settings, "--name", "copied");
            assertThat(copied.status())
                    .as("its files change while they are copied")
                    .isEqualTo(4);
            assertThat(copied.output()).contains("Prometheus runs on " + data);
            settings.put("BACKUP_PROMETHEUS_URL", running.url());
            Outcome taken = backup(settings, "--name", "taken");
            assertThat(taken.status()).as(taken.output()).isZero();
            assertThat(data.resolve("snapshots")).as("the snapshot is removed").isEmptyDirectory();
            aSnapshotThatCannotBeRemovedCostsNoOtherPart(settings, data);
        }
        assertThat(restore(folder.resolve("backups/taken"), where).status()).isZero();
        assertThat(Shell.output(Map.of(), "sqlite3", where[3], "SELECT n FROM t"))
                .isEqualTo("42\n");
        try (RunningPrometheus again =
                new RunningPrometheus(Files.createDirectories(folder.resolve("again")), restored)) {
            // The one before had another port.
            again.awaitValue("count_over_time(up{instance=\"" + before + "\"}[10m])");
            assertThat(restore(folder.resolve("backups/taken"), "--prometheus-data", restored.toString(), "--force")
                            .output())
                    .contains("Prometheus runs on");
        }
    }

    /** As where the unit may read the folder but not write to it. */
    private void aSnapshotThatCannotBeRemovedCostsNoOtherPart(Map<String, String> settings, Path data) {
        Map<String, String> given = new HashMap<>(settings);
        given.put("BACKUP_DIR", folder.resolve("backups").toString());
        Outcome outcome = Shell.run(
                given,
                "unshare",
                Shell.isRoot() ? "-m" : "-rm",
                "bash",
                "-c",
                "mount --bind " + data + " " + data + " && mount -o remount,ro,bind " + data + " || exit 99; " + BACKUP
                        + " --name left");
        if (outcome.status() == 99 || outcome.output().contains("unshare:")) {
            System.out.println("no mounts are allowed here: a snapshot that stays is not tried");
            return;
        }
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(4);
        assertThat(outcome.output()).contains("tidying up: the snapshot " + data + "/snapshots/");
        assertThat(folder.resolve("backups/left/prometheus.tar.gz")).exists();
        assertThat(folder.resolve("backups/left/grafana.db")).exists();
    }

    @Test
    void prometheusDataGoWhereALinkLeads() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("block"), "new");
        assertThat(backup(Map.of("BACKUP_PROMETHEUS_DATA", data.toString()), "--name", "copied")
                        .status())
                .isZero();
        Path disk = Files.createDirectories(folder.resolve("disk"));
        Files.writeString(disk.resolve("old-block"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), disk);
        Outcome outcome = restore(folder.resolve("backups/copied"), "--prometheus-data", link.toString(), "--force");
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(disk.resolve("block")).hasContent("new");
        assertThat(disk.resolve("old-block")).doesNotExist();
        assertThat(link).isSymbolicLink();
    }

    @Test
    void onePasswordOfTheCallersServesAllDatabases() {
        String databases = Stream.of("poolhub", "monitoring")
                .map(name -> name + "=" + source().uri("postgres", name))
                .collect(Collectors.joining(" "));
        Outcome outcome = Shell.run(
                Map.of(
                        "PGPASSWORD",
                        DebianPostgres.PASSWORD,
                        "BACKUP_DIR",
                        folder.resolve("backups").toString(),
                        "BACKUP_DATABASES",
                        databases),
                BACKUP);
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("poolhub: ", "monitoring: ");
    }

    /** A Prometheus that scrapes itself each second. */
    private static final class RunningPrometheus implements AutoCloseable {

        private final int port;
        private final Process process;

        RunningPrometheus(Path folder, Path data) throws IOException {
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = any.getLocalPort();
            }
            Path configuration = Files.writeString(folder.resolve("prometheus.yml"), """
                    global: {scrape_interval: 1s}
                    scrape_configs: [{job_name: self, static_configs: [{targets: ["127.0.0.1:%d"]}]}]
                    """.formatted(port));
            process = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + configuration,
                            "--storage.tsdb.path=" + data,
                            "--web.listen-address=127.0.0.1:" + port,
                            "--web.enable-admin-api",
                            "--log.level=error")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        String url() {
            return "http://127.0.0.1:" + port;
        }

        void awaitValue(String query) {
            String said = "";
            for (int attempt = 0; attempt < 600 && !said.contains("\"value\""); attempt++) {
                said = Shell.run(
                                "sh",
                                "-c",
                                "sleep 0.1; curl -s --noproxy '*' -G --data-urlencode \"query=$1\" " + url()
                                        + "/api/v1/query",
                                "-",
                                query)
                        .output();
            }
            assertThat(said).contains("\"value\"");
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }

    @Test
    void onePartThatFailsLeavesTheOthersAndIsNamed() throws IOException {
        Path metrics = Files.createDirectories(folder.resolve("metrics"));
        Path metric = metrics.resolve("gpu-pool-backup.prom");
        Map<String, String> settings = new HashMap<>(Map.of(
                "BACKUP_DATABASES",
                "pool-hub=postgresql://poolhub@127.0.0.1:1/poolhub " + coordinator(),
                "BACKUP_PROMETHEUS_URL",
                "http://127.0.0.1:1",
                "BACKUP_PROMETHEUS_DATA",
                folder.toString(),
                "BACKUP_FILES",
                passwords.toString(),
                "BACKUP_METRICS_DIR",
                metrics.toString()));
        Outcome outcome = backup(settings, "--name", "partial");
        assertThat(outcome.status()).as(outcome.output()).isEqualTo(4);
        assertThat(outcome.output())
                .contains("partial is incomplete; it lacks", "pool-hub: the database of pool-hub does not let us in");
        assertThat(metric).as("only a complete one counts").doesNotExist();
        Path partial = folder.resolve("backups/partial");
        assertThat(partial.resolve("CONTENT"))
                .content()
                .contains("missing: pool-hub: the database", "missing: prometheus: Prometheus does not answer");
        try (Stream<Path> files = Files.list(partial)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "CONTENT",
                            "SHA256SUMS",
                            "coordinator-api.dump",
                            "coordinator-api.roles.sql",
                            "files.tar.gz");
        }
        assertThat(restore(partial).output()).contains("this backup is incomplete; it lacks pool-hub: the database");
        Outcome lacking =
                restore(partial, "--prometheus-data", folder.resolve("tsdb").toString());
        assertThat(lacking.status()).isEqualTo(2);
        assertThat(lacking.output()).contains("no prometheus.tar.gz", "this was missing");

        settings.keySet().removeIf(name -> name.startsWith("BACKUP_PROMETHEUS") || name.equals("BACKUP_DATABASES"));
        assertThat(backup(settings, "--name", "whole").status()).isZero();
        assertThat(metric).content().matches("(?s).*\ngpu_pool_backup_last_success_timestamp_seconds [0-9]{10}\n");
        if (Shell.isInstalled("promtool")) {
            assertThat(Shell.run("sh", "-c", "promtool check metrics <" + metric))
                    .isEqualTo(new Outcome(0, ""));
        }
    }

    @Test
    void anIncompleteBackupNeverCostsAWholeOneItsPlace() throws IOException {
        Map<String, String> whole = Map.of("BACKUP_FILES", passwords.toString());
        Map<String, String> partial =
                Map.of("BACKUP_FILES", passwords.toString(), "BACKUP_DATABASES", "hub=postgresql://127.0.0.1:1/hub");
        List<String> days = List.of("10w", "11p", "12w", "13p", "14p", "15p");
        for (String day : days) {
            backup(
                    day.endsWith("w") ? whole : partial,
                    "--keep",
                    "2",
                    "--name",
                    "202610" + day.substring(0, 2) + "T023000Z");
        }
        assertThat(kept()).containsExactly("10", "12", "14", "15");
        backup(whole, "--keep", "2", "--name", "20261016T023000Z");
        assertThat(kept()).containsExactly("12", "14", "15", "16");
        backup(whole, "--keep", "2", "--name", "20261017T023000Z");
        assertThat(kept()).as("older than both").containsExactly("16", "17");
    }

    /** The days of the backups that are there. */
    private List<String> kept() throws IOException {
        try (Stream<Path> left = Files.list(folder.resolve("backups"))) {
            return left.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .map(name -> name.substring(6, 8))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFileThatChangesWhileItIsReadIsNoFailure() throws IOException {
        // Only tar's own word for it is of interest: 1, as against 2 for what really failed.
        Path programs = Files.createDirectories(folder.resolve("programs"));
        Path tar = Files.writeString(programs.resolve("tar"), "#!/bin/sh\n/bin/tar \"$@\"\nexit $SAID\n");
        assertThat(tar.toFile().setExecutable(true)).isTrue();
        Map<String, String> settings = new HashMap<>(Map.of(
                "BACKUP_FILES", passwords.toString(), "PATH", programs + ":" + System.getenv("PATH"), "SAID", "1"));
        Outcome changed = backup(settings, "--name", "changed");
        assertThat(changed.status()).as(changed.output()).isZero();
        settings.put("SAID", "2");
        assertThat(backup(settings, "--name", "failed").output())
                .contains("files: the files could not be written", "nothing was kept");
    }

    @Test
    void whatIsWrongIsSaidInASentence() throws IOException {
        assertThat(backup(Map.of()).output()).contains("nothing to back up");
        assertThat(backup(Map.of("BACKUP_FILES", "/etc/hostname"), "--name", "../x")
                        .status())
                .isEqualTo(2);
        assertThat(backup(Map.of("BACKUP_DATABASES", "hub=mysql://x")).output()).contains("must be NAME=postgresql://");
        Outcome nobody = backup(Map.of("BACKUP_DATABASES", "pool-hub=" + source().uri("coordinator", "coordinator")));
        assertThat(nobody.status()).isEqualTo(1);
        assertThat(nobody.output()).contains("the database of pool-hub does not let us in", "nothing was kept");
        assertThat(backup(Map.of("BACKUP_PROMETHEUS_URL", "http://127.0.0.1:1")).output())
                .contains("BACKUP_PROMETHEUS_DATA is needed");
        try (Stream<Path> left = Files.list(folder.resolve("backups"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly(".lock");
        }
    }
}
