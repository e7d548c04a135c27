package io.aitbc.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that runs a server, writes a row, and waits to be killed. */
final class OtherJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private OtherJvm(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static OtherJvm run(EmbeddedPostgres.Settings settings) throws IOException {
        return new OtherJvm(new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherJvm.class.getName(),
                        settings.folder().toString(),
                        settings.binaries().toString(),
                        Boolean.toString(settings.durable())))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** The next line it says that is not its log: {@code written}, or why it cannot start. */
    String says() {
        return output.lines()
                .filter(line -> line.startsWith("> "))
                .findFirst()
                .orElse("> nothing")
                .substring(2);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            output.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] arguments) throws Exception {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(
                    Path.of(arguments[0]), Path.of(arguments[1]), Boolean.parseBoolean(arguments[2])));
            Sql.execute(server, "CREATE TABLE kept (what text)", "INSERT INTO kept VALUES ('by the killed')");
            System.out.println("> written");
        } catch (EmbeddedPostgresException e) {
            System.out.println("> " + e.getMessage());
        }
        TimeUnit.MINUTES.sleep(2);
    }
}
