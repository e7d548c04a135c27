package io.aitbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aitbc.postgres.Account.Owner;
import io.aitbc.postgres.EmbeddedPostgres.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only where the build runs as root: in most containers, for one. */
class AccountTest {

    private static final Owner SOMEBODY = new Owner(12_345, 12_345);

    @TempDir
    static Path binaries;

    @TempDir
    Path folder;

    @BeforeEach
    void onlyAsRoot() throws Exception {
        assumeTrue(uid(folder) == 0, "the build does not run as root");
        assumeTrue(Account.becoming(Account.NOBODY) != null, "root may not become another user here");
    }

    @Test
    void rootRunsItAsNobodyWhereThereAreNoUserNamespaces() throws Exception {
        try (EmbeddedPostgres server = startAs(Account.NOBODY)) {
            Sql.execute(server, "CREATE TABLE kept (what text)", "INSERT INTO kept VALUES ('a row')");
            assertThat(uid(folder.resolve("data"))).isEqualTo(Account.NOBODY.uid());
            assertThat(uidOfServer()).isEqualTo(Account.NOBODY.uid());
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(settings())) {
            assertThat(uidOfServer()).as("user at the next start").isEqualTo(Account.NOBODY.uid());
            assertThat(Sql.ask(server, "SELECT what FROM kept")).isEqualTo("a row");
        }
    }

    @Test
    void dataThatRootMadeAreHandedOverWhenNamespacesAreGone() throws Exception {
        EmbeddedPostgres.start(settings()).close();
        try (EmbeddedPostgres server = startAs(Account.NOBODY)) {
            assertThat(Sql.ask(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void rootStartsSomebodysDataAsThatUser() throws Exception {
        EmbeddedPostgres.start(settings()).close();
        Objects.requireNonNull(Account.becoming(SOMEBODY)).handOver(folder.resolve("data"));
        assertThat(Account.forData(folder.resolve("data")).owner()).isEqualTo(SOMEBODY);
        try (EmbeddedPostgres server = EmbeddedPostgres.start(settings())) {
            assertThat(Sql.ask(server, "SELECT 1")).isEqualTo("1");
            assertThat(uidOfServer()).isEqualTo(SOMEBODY.uid());
        }
    }

    @Test
    void aFolderBelowOneThatOthersMayNotEnterIsNamed() throws Exception {
        Path closed = Files.createDirectory(
                folder.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Settings below = Settings.durable(folder).withBinaries(closed.resolve("binaries"));
        assertThatThrownBy(() -> EmbeddedPostgres.start(below, as(Account.NOBODY)))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("user 65534, as whom it would run, may not enter the folder of " + closed);
    }

    private EmbeddedPostgres startAs(Owner owner) {
        return EmbeddedPostgres.start(settings(), as(owner));
    }

    private static EmbeddedPostgres.AccountChoice as(Owner owner) {
        return data -> Objects.requireNonNull(Account.becoming(owner));
    }

    private Settings settings() {
        return Settings.durable(folder).withBinaries(binaries);
    }

    private int uidOfServer() throws Exception {
        long pid = Postmaster.running(DataFolder.dataIn(folder.toRealPath()))
                .orElseThrow()
                .pid();
        return uid(Path.of("/proc", Long.toString(pid)));
    }

    private static int uid(Path path) throws Exception {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }
}
