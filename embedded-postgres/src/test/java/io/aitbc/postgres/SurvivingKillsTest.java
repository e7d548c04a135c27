package io.aitbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.postgres.EmbeddedPostgres.Settings;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SurvivingKillsTest {

    @TempDir
    static Path binaries;

    @TempDir
    Path folder;

    @Test
    void aKilledServerIsBackOnItsPortWithItsRows() throws Exception {
        try (EmbeddedPostgres server = start()) {
            Sql.execute(server, "CREATE TABLE kept (what text)", "INSERT INTO kept VALUES ('before the kill')");
            for (int kill = 0; kill < 3; kill++) {
                long killed = postmaster().pid();
                kill(postmaster());
                assertThat(Sql.askUntilItAnswers(server, "SELECT what FROM kept"))
                        .isEqualTo("before the kill");
                assertThat(postmaster().pid()).isNotEqualTo(killed);
            }
        }
        assertThat(Postmaster.running(data())).isEmpty();
    }

    @Test
    void itWaitsForAQueryThatOutlivesTheKilledServer() throws Exception {
        comesBackUnderAQueryOver(8_000_000L, settings());
    }

    @Test
    void itEndsAQueryThatOutlivesTheKilledServerWhereItKnowsItForItsOwn() throws Exception {
        comesBackUnderAQueryOver(8_000_000_000L, Settings.durable(folder));
    }

    private void comesBackUnderAQueryOver(long rows, Settings settings) throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(settings);
                Connection busy = Sql.connect(server);
                Statement statement = busy.createStatement()) {
            Thread query = new Thread(() -> {
                try {
                    statement.execute("SELECT sum(n) FROM generate_series(1, " + rows + ") AS busy(n)");
                } catch (SQLException e) {
                    // its server was killed
                }
            });
            query.start();
            untilOneIsBusy(server);
            kill(postmaster());
            assertThat(Sql.askUntilItAnswers(server, "SELECT 1")).isEqualTo("1");
            query.join(TimeUnit.SECONDS.toMillis(30));
        }
    }

    @Test
    void closingRightAfterAKillLeavesNothingRunning() throws Exception {
        EmbeddedPostgres server = start();
        kill(postmaster());
        server.close();
        assertThat(Postmaster.running(data())).isEmpty();
        start().close();
    }

    @Test
    void aServerThatAKilledJvmLeftBehindIsTakenOver() throws Exception {
        try (OtherJvm other = OtherJvm.run(settings())) {
            assertThat(other.says()).isEqualTo("written");
            other.kill();
            ProcessHandle leftover = postmaster();
            try (EmbeddedPostgres server = start()) {
                assertThat(postmaster().pid()).isNotEqualTo(leftover.pid());
                assertThat(Sql.ask(server, "SELECT what FROM kept")).isEqualTo("by the killed");
            }
        }
    }

    @Test
    void theRowsAreThereAfterJvmAndServerAreKilledTogether() throws Exception {
        try (OtherJvm other = OtherJvm.run(settings())) {
            assertThat(other.says()).isEqualTo("written");
            ProcessHandle server = postmaster();
            other.kill();
            kill(server);
        }
        try (EmbeddedPostgres server = start()) {
            assertThat(Sql.ask(server, "SELECT what FROM kept")).isEqualTo("by the killed");
        }
    }

    @ParameterizedTest(name = "while {0} appears")
    @ValueSource(strings = {".unpacking*", ".initdb*", "data", "port"})
    void aJvmKilledDuringItsFirstStartIsNoObstacle(String moment) throws Exception {
        try (OtherJvm other = OtherJvm.run(Settings.durable(folder))) {
            untilItAppears(moment);
            other.kill();
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(Settings.durable(folder))) {
            assertThat(Sql.ask(server, "SELECT 1")).isEqualTo("1");
        }
    }

    private void untilItAppears(String name) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, name)) {
                if (found.iterator().hasNext()) {
                    return;
                }
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    @Test
    void aStaleMarkWhoseNumberAnotherProgramHasIsNoObstacle() throws Exception {
        start().close();
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(data().resolve("postmaster.pid"), stranger.pid() + "\n" + data() + "\n");
            start().close();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroy();
        }
    }

    @Test
    void theServerOfAnotherFolderIsNotTakenForALeftover(@TempDir Path otherFolder) throws Exception {
        start().close();
        try (EmbeddedPostgres other =
                EmbeddedPostgres.start(Settings.durable(otherFolder).withBinaries(binaries))) {
            Files.copy(otherFolder.resolve("data/postmaster.pid"), data().resolve("postmaster.pid"));
            long itsPid = Postmaster.running(DataFolder.dataIn(otherFolder.toRealPath()))
                    .orElseThrow()
                    .pid();
            start().close();
            assertThat(Sql.ask(other, "SELECT 1")).isEqualTo("1");
            assertThat(ProcessHandle.of(itsPid)).isPresent();
        }
    }

    @Test
    void aDatabaseForTestsThatAKilledJvmLeftRunningCanBeDiscarded() throws Exception {
        try (OtherJvm other = OtherJvm.run(Settings.forTests(folder).withBinaries(binaries))) {
            assertThat(other.says()).isEqualTo("written");
            ProcessHandle left = postmaster();
            assertThat(EmbeddedPostgres.discard(folder))
                    .as("discarded while in use")
                    .isFalse();
            other.kill();
            assertThat(EmbeddedPostgres.discard(folder)).isTrue();
            assertThat(folder).doesNotExist();
            assertThat(left.info().arguments()).as("the server it left").isEmpty();
        }
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(settings());
    }

    private Settings settings() {
        return Settings.durable(folder).withBinaries(binaries);
    }

    private Path data() throws Exception {
        return DataFolder.dataIn(folder.toRealPath());
    }

    private ProcessHandle postmaster() throws Exception {
        return Postmaster.running(data()).orElseThrow();
    }

    private static void kill(ProcessHandle process) throws Exception {
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);
    }

    private static void untilOneIsBusy(EmbeddedPostgres server) throws Exception {
        String busy = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%busy(n)'";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Sql.ask(server, busy).equals("0") && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
