package io.aitbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.postgres.EmbeddedPostgres.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalsTest {

    @TempDir
    static Path binaries;

    @TempDir
    Path folder;

    @Test
    void aSecondStartOnAFolderIsRefusedByThisJvmAndByOthers() throws Exception {
        try (EmbeddedPostgres first = start()) {
            String refusal = "Another process runs the database under " + folder.toRealPath()
                    + ". Stop it, or name another folder with DATA_DIR.";
            assertThatThrownBy(this::start)
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessage(refusal);
            // after the refusal here, which must not have cost us the lock
            try (OtherJvm other = OtherJvm.run(settings())) {
                assertThat(other.says()).isEqualTo(refusal);
            }
            assertThat(Sql.ask(first, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aHalfWrittenDataFolderIsReportedAndLeftAlone() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("somebodys.file"), "precious");
        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("data/PG_VERSION, data/global/pg_control, password missing")
                .hasMessageContaining("Nothing was changed in it: restore it from a backup, or move");
        assertThat(Files.readString(data.resolve("somebodys.file"))).isEqualTo("precious");
    }

    @Test
    void aDataFolderOfAnotherMajorVersionIsReported() throws Exception {
        start().close();
        Files.writeString(folder.resolve("data/PG_VERSION"), "15\n");
        assertThatThrownBy(this::start)
                .hasMessageContaining("belongs to PostgreSQL 15, this program brings 17. Dump it with the old version");
    }

    @Test
    void aPasswordFileThatDoesNotFitIsReported() throws Exception {
        start().close();
        Files.writeString(folder.resolve("password"), "guess\n");
        assertThatThrownBy(this::start).hasMessageContaining("refuses the password that stands in the file");
        assertThat(Postmaster.running(DataFolder.dataIn(folder.toRealPath())))
                .as("left running after the refusal")
                .isEmpty();
    }

    @Test
    void aServerThatDoesNotComeUpShowsItsLog() throws Exception {
        start().close();
        Files.writeString(folder.resolve("data/postgresql.auto.conf"), "no_such_setting = 1\n");
        assertThatThrownBy(this::start)
                .hasMessageContaining("PostgreSQL did not come up")
                .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
    }

    @Test
    void aFolderThatIsAFileIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> Settings.durable(file)).hasMessageContaining("is a file");
        assertThatThrownBy(() -> EmbeddedPostgres.start(Settings.durable(file.resolve("below"))))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("could not be started");
    }

    @Test
    void aPlatformWithoutBinariesIsToldOfTheWayOut() {
        assertThatThrownBy(() -> Binaries.archiveName("Windows 11", "amd64"))
                .hasMessage("There is no PostgreSQL to embed for Windows 11 on amd64."
                        + " Run PostgreSQL yourself and set SPRING_DATASOURCE_URL.");
        assertThatThrownBy(() -> Binaries.archiveName("Linux", "riscv64"))
                .hasMessageContaining("SPRING_DATASOURCE_URL");
    }

    @Test
    void aBuildWithoutBinariesIsToldOfTheWayOut() {
        assertThatThrownBy(() -> new Binaries("postgres-none.txz").unpackInto(folder))
                .hasMessage("This program was built without PostgreSQL for this platform (postgres-none.txz)."
                        + " Run PostgreSQL yourself and set SPRING_DATASOURCE_URL.");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void eachPlatformHasItsArchive() {
        assertThat(Binaries.archiveName("Linux", "amd64")).isEqualTo("postgres-linux-x86_64.txz");
        assertThat(Binaries.archiveName("Linux", "aarch64")).isEqualTo("postgres-linux-arm_64.txz");
        assertThat(Binaries.archiveName("Mac OS X", "aarch64")).isEqualTo("postgres-darwin-arm_64.txz");
        assertThat(Binaries.archiveName("Mac OS X", "x86_64")).isEqualTo("postgres-darwin-x86_64.txz");
        assertThat(Binaries.version()).startsWith(DataFolder.MAJOR + ".");
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(settings());
    }

    private Settings settings() {
        return Settings.durable(folder).withBinaries(binaries);
    }
}
