package io.aitbc.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * A service as Maven packaged it, unpacked once for all tests, since these start services some dozens of times: out of a folder, and
 * with an archive of its loaded classes, it starts in half the time of its executable jar (class data sharing, as the Spring Boot
 * reference describes it under "Efficient Deployments"). The first process that ends by itself leaves that archive.
 */
final class Packaged {

    private static final Map<String, Packaged> ALL = new HashMap<>();
    /** Of this process, which may not be the only one; it is gone with it. */
    private static final Path FOLDER =
            Path.of("target", "unpacked-" + ProcessHandle.current().pid()).toAbsolutePath();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(FOLDER.toFile())));
    }

    private final Path jar;
    private final Path archive;
    private final Path draft;
    private boolean learning;

    private Packaged(Path jar) {
        this.jar = jar;
        this.archive = jar.resolveSibling("classes.jsa");
        this.draft = jar.resolveSibling("classes.jsa.draft");
    }

    static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    /** The packaged service of that module. */
    static Packaged of(String module) {
        synchronized (ALL) {
            return ALL.computeIfAbsent(module, name -> new Packaged(unpack(name)));
        }
    }

    private static Path unpack(String module) {
        String name = module + "-" + System.getProperty("services.version") + ".jar";
        Path built = Path.of("..", module, "target", name).toAbsolutePath().normalize();
        if (!Files.exists(built)) {
            throw new IllegalStateException(built + " is missing: run mvn verify, which packages it first");
        }
        Path folder = FOLDER.resolve(module);
        try {
            Files.createDirectories(FOLDER);
            Process extract = new ProcessBuilder(
                            java(),
                            "-Djarmode=tools",
                            "-jar",
                            built.toString(),
                            "extract",
                            "--destination",
                            folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolveSibling(module + ".log").toFile())
                    .start();
            if (!extract.waitFor(60, TimeUnit.SECONDS) || extract.exitValue() != 0) {
                throw new IllegalStateException("could not unpack " + built + ", see " + folder + ".log");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return folder.resolve(name);
    }

    /** The arguments of java that run it. */
    synchronized List<String> arguments() {
        String sharing;
        if (Files.exists(archive)) {
            sharing = "-XX:SharedArchiveFile=" + archive;
        } else if (learning) {
            sharing = "-Xshare:auto";
        } else {
            learning = true;
            sharing = "-XX:ArchiveClassesAtExit=" + draft;
        }
        return List.of(sharing, "-jar", jar.toString());
    }

    /** A process with {@link #arguments()} has ended; it was not killed. */
    synchronized void ended(List<String> arguments) {
        if (arguments.get(0).endsWith(draft.toString())) {
            learning = false;
            if (Files.exists(draft)) {
                try {
                    Files.move(draft, archive, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** A process with {@link #arguments()} was killed: what it may have written is of no use. */
    synchronized void killed(List<String> arguments) {
        if (arguments.get(0).endsWith(draft.toString())) {
            learning = false;
            try {
                Files.deleteIfExists(draft);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
