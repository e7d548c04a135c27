package io.aitbc.monitoring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void isReplacedWholeAndStaysReadable() throws IOException {
        Path path = folder.resolve("prometheus.yml");
        Files.writeString(path, "before");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        ConfigFile file = new ConfigFile(path);
        file.stage("after ä");
        assertThat(path).hasContent("before");
        file.keepLastGood("before");
        file.swap();
        assertThat(file.read()).isEqualTo("after ä");
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        file.restore("before");
        file.sweep();
        try (var files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder("prometheus.yml", "prometheus.yml.last-good");
        }
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path real = Files.writeString(folder.resolve("real.yml"), "before");
        Path link = Files.createSymbolicLink(folder.resolve("prometheus.yml"), real.getFileName());
        ConfigFile file = new ConfigFile(link);
        file.stage("after");
        file.swap();
        assertThat(link).isSymbolicLink().hasContent("after");
        assertThat(real).hasContent("after");
    }

    @Test
    void whatIsNoTextIsRefused() throws IOException {
        Path path = folder.resolve("prometheus.yml");
        Files.write(path, new byte[] {(byte) 0xC3, (byte) 0x28});
        assertThatThrownBy(() -> new ConfigFile(path).read())
                .isInstanceOf(ConfigUnusable.class)
                .hasMessage("it is not UTF-8");
        Files.write(path, new byte[Yamls.MOST_BYTES + 1]);
        assertThatThrownBy(() -> new ConfigFile(path).read()).hasMessage("it has more than 16 MiB");
        assertThatThrownBy(() -> new ConfigFile(folder.resolve("none")).read()).isInstanceOf(IOException.class);
    }
}
