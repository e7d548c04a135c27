package io.aitbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    @TempDir
    Path folder;

    @Test
    void dataPasswordAndPortSurviveARestart() throws Exception {
        int port;
        try (EmbeddedPostgres server = start()) {
            port = server.port();
            execute(server, "CREATE TABLE kept (what text)");
            execute(server, "INSERT INTO kept VALUES ('a row')");
        }
        try (EmbeddedPostgres server = start()) {
            assertThat(server.port()).isEqualTo(port);
            assertThat(ask(server, "SELECT what FROM kept")).isEqualTo("a row");
        }
    }

    @Test
    void anotherPortIsTakenWhenTheOldOneIsNotFree() throws Exception {
        int port;
        try (EmbeddedPostgres server = start()) {
            port = server.port();
        }
        try (ServerSocket squatter = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                EmbeddedPostgres server = start()) {
            assertThat(server.port()).isNotEqualTo(squatter.getLocalPort());
            assertThat(ask(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aCommitIsOnDiskAndNobodyElseGetsIn() throws Exception {
        try (EmbeddedPostgres server = start()) {
            for (String setting : new String[] {"fsync", "full_page_writes", "synchronous_commit"}) {
                assertThat(ask(server, "SHOW " + setting)).isEqualTo("on");
            }
            assertThat(ask(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.username(), "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aKilledServerComesBackWithItsRows() throws Exception {
        try (EmbeddedPostgres server = start()) {
            execute(server, "CREATE TABLE kept (what text)");
            execute(server, "INSERT INTO kept VALUES ('before the kill')");
            long postmaster = Long.parseLong(
                    Files.readAllLines(folder.resolve("data/postmaster.pid")).get(0));
            ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();
            assertThat(askUntilItAnswers(server, "SELECT what FROM kept")).isEqualTo("before the kill");
        }
    }

    @Test
    void aServerThatAKilledJvmLeftBehindIsTakenOver() throws Exception {
        Process jvm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerInAnotherJvm.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.lines().filter("written"::equals).findFirst()).isPresent();
        }
        assertThatThrownBy(this::start).hasMessageContaining("Another process runs the database");
        jvm.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        try (EmbeddedPostgres server = start()) {
            assertThat(ask(server, "SELECT what FROM kept")).isEqualTo("by the killed");
        }
    }

    @Test
    void aSecondStartOnTheSameFolderIsRefused() {
        try (EmbeddedPostgres first = start()) {
            assertThat(first.port()).isPositive();
            assertThatThrownBy(this::start)
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining(folder.toString());
        }
    }

    @Test
    void aHalfWrittenDataFolderIsReportedAndLeftAlone() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("somebodys.file"), "precious");
        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("not a whole PostgreSQL cluster");
        assertThat(Files.readString(data.resolve("somebodys.file"))).isEqualTo("precious");
    }

    @Test
    void aDataFolderOfAnotherMajorVersionIsReported() throws Exception {
        start().close();
        Files.writeString(folder.resolve("data/PG_VERSION"), "15\n");
        assertThatThrownBy(this::start).hasMessageContaining("belongs to PostgreSQL 15");
    }

    @Test
    void whatAKilledInitdbLeftIsForgotten() throws Exception {
        Files.createDirectories(folder.resolve(".initdb123/base"));
        start().close();
        assertThat(folder.resolve(".initdb123")).doesNotExist();
    }

    @Test
    void eachPlatformHasItsArchive() {
        assertThat(Binaries.archiveName("Linux", "amd64")).isEqualTo("postgres-linux-x86_64.txz");
        assertThat(Binaries.archiveName("Linux", "aarch64")).isEqualTo("postgres-linux-arm_64.txz");
        assertThat(Binaries.archiveName("Mac OS X", "aarch64")).isEqualTo("postgres-darwin-arm_64.txz");
        assertThat(Binaries.archiveName("Mac OS X", "x86_64")).isEqualTo("postgres-darwin-x86_64.txz");
        assertThat(Binaries.version()).startsWith("17.");
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(EmbeddedPostgres.Settings.durable(folder));
    }

    private static void execute(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static String askUntilItAnswers(EmbeddedPostgres server, String sql) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try {
                return ask(server, sql);
            } catch (SQLException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }
}
