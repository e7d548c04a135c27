package io.aitbc.e2e;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.springframework.util.FileSystemUtils;

/**
 * A service as Maven packaged it, unpacked once for all tests, since these start services some dozens of times: out of a folder, and
 * with an archive of its loaded classes, it starts in half the time of its executable jar (class data sharing, as the Spring Boot
 * reference describes it under "Efficient Deployments"). The first process that ends by itself leaves that archive. Test processes
 * that run side by side share both.
 */
final class Packaged {

    private static final Map<String, Packaged> ALL = new HashMap<>();
    private static final Path FOLDER = Path.of("target", "unpacked").toAbsolutePath();

    private final Path jar;
    private final Path archive;
    /** Of this process alone. */
    private final Path draft;

    private boolean learning;

    private Packaged(Path jar) {
        this.jar = jar;
        this.archive = jar.resolveSibling("classes.jsa");
        this.draft = jar.resolveSibling("classes.jsa." + ProcessHandle.current().pid());
    }

    static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    /** The packaged service of that module. */
    static Packaged of(String module) {
        synchronized (ALL) {
            return ALL.computeIfAbsent(module, name -> new Packaged(unpacked(name)));
        }
    }

    private static Path unpacked(String module) {
        String name = module + "-" + System.getProperty("services.version") + ".jar";
        Path built = Path.of("..", module, "target", name).toAbsolutePath().normalize();
        if (!Files.exists(built)) {
            throw new IllegalStateException(built + " is missing: run mvn verify, which packages it first");
        }
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel turns = FileChannel.open(FOLDER.resolve("lock"), CREATE, WRITE);
                    FileLock turn = turns.lock()) {
                // One folder for each build: an older one's archive would not fit.
                Path folder = FOLDER.resolve(module + "-" + Long.toHexString(checksum(built)));
                if (turn.isValid() && !Files.exists(folder)) {
                    Path half = FOLDER.resolve(module + "-half");
                    FileSystemUtils.deleteRecursively(half);
                    unpack(built, half);
                    Files.move(half, folder, ATOMIC_MOVE);
                }
                return folder.resolve(name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long checksum(Path file) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(Files.readAllBytes(file));
        return checksum.getValue();
    }

    private static void unpack(Path built, Path folder) throws IOException {
        try {
            Process extract = new ProcessBuilder(
                            java(),
                            "-Djarmode=tools",
                            "-jar",
                            built.toString(),
                            "extract",
                            "--destination",
                            folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(FOLDER.resolve("log").toFile())
                    .start();
            if (!extract.waitFor(60, TimeUnit.SECONDS) || extract.exitValue() != 0) {
                throw new IllegalStateException("could not unpack " + built + ", see " + FOLDER.resolve("log"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
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
                    Files.move(draft, archive, ATOMIC_MOVE);
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
