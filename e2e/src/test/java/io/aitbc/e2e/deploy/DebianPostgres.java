package io.aitbc.e2e.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of the distribution's package, as new, on a port of its own. The embedded one has no pg_dump, and an older
 * pg_dump refuses it. Passwords are asked for by TCP, not on its socket.
 */
public final class DebianPostgres implements AutoCloseable {

    public static final String PASSWORD = "of-the-administrator";

    private final Path folder;
    private final int port;
    private final Process process;

    private DebianPostgres(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Where its programs are; empty when the server or clients that can read it are not installed. */
    public static Optional<Path> programs() {
        Path all = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(all) || !Shell.isInstalled("pg_dump") || !Shell.isInstalled("psql")) {
            return Optional.empty();
        }
        int client = major(Shell.run("pg_dump", "--version").output());
        try (Stream<Path> versions = Files.list(all)) {
            return versions.filter(version -> version.getFileName().toString().matches("\\d+"))
                    .filter(version -> Files.isExecutable(version.resolve("bin/postgres")))
                    .filter(version -> major(version.getFileName().toString()) <= client)
                    .max(Comparator.comparingInt(
                            version -> major(version.getFileName().toString())))
                    .map(version -> version.resolve("bin"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int major(String version) {
        return Integer.parseInt(version.replaceFirst("(?s)^\\D*(\\d+).*", "$1"));
    }

    public static DebianPostgres start() {
        Path programs = programs().orElseThrow();
        // It does not run as root. The tests' own folders are closed to others.
        List<String> as = Shell.isRoot()
                ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--")
                : List.of();
        Path folder = Path.of(
                run(as, List.of("mktemp", "-d", "/tmp/deploy-postgres-XXXXXX")).strip());
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = any.getLocalPort();
            run(as, List.of("sh", "-c", "echo " + PASSWORD + " >" + folder + "/password"));
            run(
                    as,
                    List.of(
                            programs + "/initdb",
                            "--pgdata=" + folder + "/data",
                            "--username=postgres",
                            "--pwfile=" + folder + "/password",
                            "--auth-local=trust",
                            "--auth-host=scram-sha-256",
                            "--no-sync",
                            "--encoding=UTF8",
                            "--locale=C.UTF-8"));
            any.close();
            List<String> command = new ArrayList<>(as);
            command.addAll(List.of(
                    programs + "/postgres",
                    "-D",
                    folder + "/data",
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=" + folder,
                    "-c",
                    "fsync=off"));
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            DebianPostgres server = new DebianPostgres(folder, port, process);
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(List<String> as, List<String> command) {
        List<String> whole = new ArrayList<>(as);
        whole.addAll(command);
        return Shell.output(Map.of(), whole.toArray(String[]::new));
    }

    private void awaitReady() {
        for (int attempt = 0; attempt < 300; attempt++) {
            if (Shell.run(administrator(), "psql", "-X", "-d", "postgres", "-c", "SELECT 1")
                            .status()
                    == 0) {
                return;
            }
            if (!process.isAlive()) {
                break;
            }
        }
        close();
        throw new AssertionError("the server below " + folder + " did not start");
    }

    /** The environment in which psql and its like are its administrator, on its socket. */
    public Map<String, String> administrator() {
        return Map.of("PGHOST", folder.toString(), "PGPORT", Integer.toString(port), "PGUSER", "postgres");
    }

    public int port() {
        return port;
    }

    public String uri(String user, String database) {
        return "postgresql://" + user + "@127.0.0.1:" + port + "/" + database;
    }

    /** What the administrator is answered: rows on lines, columns with | between. */
    public String ask(String database, String sql) {
        return Shell.output(administrator(), "psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql)
                .strip();
    }

    /** A line for each table, sequence, policy and grant: what must be equal after a restore. */
    public List<String> content(String database) {
        List<String> lines = new ArrayList<>();
        String tables = ask(database, """
                SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1""");
        StringBuilder digests = new StringBuilder("SELECT ''");
        for (String table : tables.lines().toList()) {
            digests.append(" UNION ALL SELECT '").append(table).append(": ' || count(*) || ' rows, ' || ");
            digests.append("coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '-') FROM ");
            digests.append(table).append(" t");
        }
        ask(database, digests.toString())
                .lines()
                .filter(line -> !line.isEmpty())
                .forEach(lines::add);
        ask(database, """
                SELECT 'sequence ' || sequencename || ' ' || coalesce(last_value, 0) FROM pg_sequences
                UNION ALL SELECT concat_ws(' ', 'policy', tablename, policyname, roles, qual) FROM pg_policies
                UNION ALL SELECT concat_ws(' ', 'grants', relname, pg_get_userbyid(relowner), relacl) FROM pg_class
                    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
                UNION ALL SELECT concat_ws(' ', 'index', tablename, indexname) FROM pg_indexes WHERE schemaname = 'public'
                ORDER BY 1""").lines().forEach(lines::add);
        return lines;
    }

    @Override
    public void close() {
        // SIGINT: it sends its clients away.
        Shell.run("kill", "-INT", Long.toString(process.pid()));
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Shell.run("rm", "-rf", folder.toString());
    }
}
