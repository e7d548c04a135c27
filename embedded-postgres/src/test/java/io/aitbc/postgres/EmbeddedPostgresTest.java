package io.aitbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.postgres.EmbeddedPostgres.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    @TempDir
    static Path binaries;

    @TempDir
    Path temporary;

    @Test
    void rowsPasswordAndPortSurviveARestart() throws Exception {
        int port;
        String password;
        try (EmbeddedPostgres server = start()) {
            port = server.port();
            password = server.password();
            Sql.execute(server, "CREATE TABLE kept (what text)", "INSERT INTO kept VALUES ('a row')");
        }
        try (EmbeddedPostgres server = start()) {
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.password()).isEqualTo(password).hasSizeGreaterThanOrEqualTo(32);
            assertThat(Sql.ask(server, "SELECT what FROM kept")).isEqualTo("a row");
        }
    }

    @Test
    void anotherPortIsTakenWhenTheOldOneIsNotFree() throws Exception {
        int port;
        try (EmbeddedPostgres server = start()) {
            port = server.port();
        }
        try (ServerSocket squatter = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
                EmbeddedPostgres server = start()) {
            assertThat(server.port()).isNotEqualTo(squatter.getLocalPort());
            assertThat(Sql.ask(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aCommitIsOnDiskAndTextsAndTimesAreTheSameOnEveryMachine() throws Exception {
        try (EmbeddedPostgres server = start()) {
            for (String setting : new String[] {"fsync", "full_page_writes", "synchronous_commit", "data_checksums"}) {
                assertThat(Sql.ask(server, "SHOW " + setting)).as(setting).isEqualTo("on");
            }
            assertThat(Sql.ask(server, "SHOW server_encoding")).isEqualTo("UTF8");
            assertThat(Sql.ask(server, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'"))
                    .isEqualTo("C");
            assertThat(Sql.ask(server, "SHOW log_timezone")).isEqualTo("UTC");
            assertThat(Sql.ask(server, "SHOW server_version")).startsWith(DataFolder.MAJOR + ".");
        }
    }

    @Test
    void nobodyElseGetsIn() throws Exception {
        try (EmbeddedPostgres server = start()) {
            assertThat(Sql.ask(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(Sql.ask(server, "SHOW unix_socket_directories")).isEmpty();
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.username(), "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("password"))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("data"))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void itHasTheExtensionsThatServicesMayWant() throws Exception {
        try (EmbeddedPostgres server = start()) {
            Sql.execute(
                    server,
                    "CREATE EXTENSION btree_gist",
                    "CREATE EXTENSION pgcrypto",
                    "CREATE EXTENSION pg_trgm",
                    "CREATE EXTENSION pg_stat_statements");
        }
    }

    @Test
    void aCloserWhoIsInterruptedStillStopsItCleanly() throws Exception {
        EmbeddedPostgres server = start();
        Thread.currentThread().interrupt();
        server.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readString(folder().resolve("postgres.log"))).contains("database system is shut down");
        assertThat(folder().resolve("data/postmaster.pid")).doesNotExist();
    }

    @Test
    void closingTwiceIsHarmless() {
        EmbeddedPostgres server = start();
        server.close();
        server.close();
        start().close();
    }

    @Test
    void whatAKilledStartLeftHalfDoneIsForgottenAndSoAreOldBinaries() throws Exception {
        Files.createDirectories(folder().resolve(".initdb123/base"));
        Files.createDirectories(folder().resolve(".unpacking123/bin"));
        Files.createDirectories(folder().resolve("binaries-16.1.0-linux-x86_64/bin"));
        EmbeddedPostgres.start(Settings.durable(folder())).close();
        try (var left = Files.list(folder())) {
            assertThat(left.map(file -> file.getFileName().toString().replaceFirst("^binaries-17.*", "binaries")))
                    .containsExactlyInAnyOrder("binaries", "data", "lock", "password", "port", "postgres.log");
        }
    }

    @Test
    void aDatabaseForTestsIsFasterAndMayBeDiscarded() throws Exception {
        Settings settings = Settings.forTests(folder()).withBinaries(binaries);
        try (EmbeddedPostgres server = EmbeddedPostgres.start(settings)) {
            assertThat(Sql.ask(server, "SHOW fsync")).isEqualTo("off");
            assertThat(EmbeddedPostgres.discard(folder()))
                    .as("discarded while in use")
                    .isFalse();
        }
        assertThat(EmbeddedPostgres.discard(folder())).isTrue();
        assertThat(folder()).doesNotExist();
    }

    @Test
    void aDurableDatabaseIsNeverDiscarded() {
        start().close();
        assertThatThrownBy(() -> EmbeddedPostgres.discard(folder()))
                .hasMessageContaining("is not a database for tests and was left alone");
        assertThatThrownBy(() -> EmbeddedPostgres.start(Settings.forTests(folder())))
                .hasMessageContaining("were made durable, and tests may throw theirs away");
        assertThat(folder().resolve("data/PG_VERSION")).exists();
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(Settings.durable(folder()).withBinaries(binaries));
    }

    private Path folder() {
        return temporary.resolve("a folder");
    }
}
