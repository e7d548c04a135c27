package io.aitbc.agent.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    Path path;

    @Test
    void aKeyIsMadeOnceAndOnlyItsOwnerMayReadIt() throws Exception {
        String made;
        try (DataFolder folder = DataFolder.open(path)) {
            made = MinerKeys.in(folder).of(List.of("m-1")).get("m-1");
            assertThat(made).hasSizeGreaterThan(40);
            assertThat(mode("keys.json")).isEqualTo("rw-------");
        }
        try (DataFolder folder = DataFolder.open(path)) {
            Map<String, String> keys = MinerKeys.in(folder).of(List.of("m-1", "m-2"));
            assertThat(keys).containsEntry("m-1", made);
            assertThat(keys.get("m-2")).isNotEqualTo(made);
        }
    }

    @Test
    void rightsThatOthersWereGivenMeanwhileAreTakenAway() throws Exception {
        try (DataFolder folder = DataFolder.open(path)) {
            MinerKeys.in(folder).of(List.of("m-1"));
            Files.setPosixFilePermissions(path.resolve("keys.json"), PosixFilePermissions.fromString("rw-r--r--"));
            MinerKeys.in(folder);
            assertThat(mode("keys.json")).isEqualTo("rw-------");
        }
    }

    @Test
    void aCrashWhileWritingLeavesTheOldFileAndDoesNotHinderTheNextWrite() throws Exception {
        try (DataFolder folder = DataFolder.open(path)) {
            String made = MinerKeys.in(folder).of(List.of("m-1")).get("m-1");
            // What a crash in the middle of a write leaves behind.
            Files.writeString(path.resolve("keys.json.new"), "{\"keys\": {\"m-");
            assertThat(MinerKeys.in(folder).of(List.of("m-1"))).containsEntry("m-1", made);
            MinerKeys.in(folder).of(List.of("m-2"));
            assertThat(MinerKeys.in(folder).of(List.of())).containsOnlyKeys("m-1", "m-2");
            assertThat(path.resolve("keys.json.new")).doesNotExist();
        }
    }

    @Test
    void aDamagedFileIsReportedAndLeftAsItIs() throws Exception {
        Files.writeString(path.resolve("keys.json"), "{\"keys\": {\"m-");
        try (DataFolder folder = DataFolder.open(path)) {
            assertThatThrownBy(() -> MinerKeys.in(folder))
                    .isInstanceOf(StorageFailed.class)
                    .hasMessageContaining("keys.json is damaged; mend it or move it away");
        }
        assertThat(path.resolve("keys.json")).hasContent("{\"keys\": {\"m-");
    }

    @Test
    void aSecondAgentInTheSameFolderIsRefused() {
        try (DataFolder folder = DataFolder.open(path)) {
            assertThat(folder).isNotNull();
            assertThatThrownBy(() -> DataFolder.open(path))
                    .isInstanceOf(StorageFailed.class)
                    .hasMessageContaining("another agent uses the data folder")
                    .hasMessageContaining("--data-dir");
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsSaid() throws Exception {
        Path file = Files.writeString(path.resolve("file"), "");
        assertThatThrownBy(() -> DataFolder.open(file.resolve("below")))
                .isInstanceOf(StorageFailed.class)
                .hasMessageContaining("cannot be used");
    }

    private String mode(String name) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path.resolve(name)));
    }
}
