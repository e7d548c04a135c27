package io.aitbc.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedServerTest extends DatabaseServerContract {

    private EmbeddedServer server;

    @BeforeAll
    void launch() {
        server = EmbeddedServer.launch();
    }

    @Override
    DatabaseServer server() {
        return server;
    }

    @Test
    void nothingIsLeftOfAJvmThatEnds(@TempDir Path temporary) throws Exception {
        Process other = otherJvm(temporary, "end");
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void whatAKilledJvmLeftIsSweptByTheNextAndTheLivingAreLeftAlone(@TempDir Path temporary) throws Exception {
        Path somebodys = Files.createDirectories(temporary.resolve("gpu-pool-test-db-of-somebody/data"));
        Process other = otherJvm(temporary, "stay");
        try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.lines().filter("> made"::equals).findFirst()).isPresent();
            EmbeddedServer.sweep(temporary);
            assertThat(folders(temporary)).as("while the other lives").isEqualTo(2);
            other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            EmbeddedServer.sweep(temporary);
            assertThat(folders(temporary)).as("after it was killed").isEqualTo(1);
            assertThat(somebodys).exists();
        } finally {
            other.destroyForcibly();
        }
    }

    private static long folders(Path temporary) throws Exception {
        try (var all = Files.list(temporary)) {
            return all.count();
        }
    }

    private static Process otherJvm(Path temporary, String what) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherTests.class.getName(),
                        what)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Another JVM's tests. */
    static final class OtherTests {

        private OtherTests() {}

        public static void main(String[] arguments) throws Exception {
            TestDatabase.createOn(EmbeddedServer.launch());
            System.out.println("> made");
            if (arguments[0].equals("stay")) {
                TimeUnit.MINUTES.sleep(2);
            }
        }
    }
}
