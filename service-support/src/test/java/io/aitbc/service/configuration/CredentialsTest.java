package io.aitbc.service.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {

    @TempDir
    Path folder;

    @Test
    void keysAreMadeOnceAndThenKept() throws Exception {
        Map<String, String> first = new Credentials(folder).readOrCreate(List.of("A_OPERATOR_KEY"));
        Map<String, String> second = new Credentials(folder).readOrCreate(List.of("A_OPERATOR_KEY", "B_VIEWER_KEY"));
        assertThat(second).containsEntry("A_OPERATOR_KEY", first.get("A_OPERATOR_KEY"));
        assertThat(second.get("B_VIEWER_KEY")).hasSizeGreaterThan(40).startsWith("b-viewer_");
        assertThat(new Credentials(folder).readOrCreate(List.of())).isEqualTo(second);
    }

    @Test
    void onlyTheOwnerReadsTheFile() throws Exception {
        new Credentials(folder).readOrCreate(List.of("A_KEY"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("credentials.env"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatAPersonAddedStays() throws Exception {
        Files.writeString(folder.resolve("credentials.env"), "# mine\nMY_KEY=abc\n");
        assertThat(new Credentials(folder).readOrCreate(List.of("A_KEY"))).containsEntry("MY_KEY", "abc");
        assertThat(Files.readString(folder.resolve("credentials.env"))).contains("MY_KEY=abc");
    }
}
