package io.aitbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {

    @TempDir
    Path folder;

    @Test
    void aLargeLogBecomesTheOneBeforeItWhileTheServerWritesOn() throws Exception {
        Path file = folder.resolve("log");
        ServerLog log = new ServerLog(file, 10);
        try (OutputStream server = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            server.write("0123456789".getBytes(StandardCharsets.UTF_8));
            log.rotateWhenLarge();
            assertThat(folder.resolve("log.1")).doesNotExist();
            server.write("!\n".getBytes(StandardCharsets.UTF_8));
            log.rotateWhenLarge();
            server.write("after".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(folder.resolve("log.1")).hasContent("0123456789!\n");
        assertThat(file).hasContent("after");
    }

    @Test
    void onlyWhatWasSaidSinceIsShownAndOfThatTheEnd() throws Exception {
        Path file = folder.resolve("log");
        ServerLog log = new ServerLog(file, 1_000);
        assertThat(log.size()).isZero();
        Files.writeString(file, "long ago\n");
        long before = log.size();
        Files.writeString(file, "line\n".repeat(20) + "last\n", StandardOpenOption.APPEND);
        assertThat(log.since(before)).endsWith("line\nlast").doesNotContain("long ago");
        assertThat(log.since(before).lines()).hasSize(15);
    }
}
