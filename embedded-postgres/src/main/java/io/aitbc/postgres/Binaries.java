package io.aitbc.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PostgreSQL binaries for this platform, unpacked once per folder and version. */
final class Binaries {

    private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);
    private static final String PREFIX = "binaries-";
    private static final String BRING_YOUR_OWN = "Run PostgreSQL yourself and set SPRING_DATASOURCE_URL.";

    private final String archive;
    private final String name;

    Binaries(String archive) {
        this.archive = archive;
        this.name = PREFIX + version() + "-" + archive.replaceAll("^postgres-|\\.txz$", "");
    }

    /** Those for this machine. */
    static Binaries forThisPlatform() {
        return new Binaries(archiveName(System.getProperty("os.name", ""), System.getProperty("os.arch", "")));
    }

    /** Where they lie unpacked. A killed unpacking leaves nothing behind that looks finished. */
    Path unpackInto(Path folder) throws IOException {
        Path target = folder.resolve(name);
        if (Files.isDirectory(target)) {
            return target;
        }
        try (InputStream packed = Binaries.class.getResourceAsStream("/" + archive)) {
            if (packed == null) {
                throw new EmbeddedPostgresException("This program was built without PostgreSQL for this platform ("
                        + archive + "). " + BRING_YOUR_OWN);
            }
            Path fresh = Files.createDirectory(folder.resolve(".unpacking" + UUID.randomUUID()));
            try {
                unpack(packed, fresh);
                writeToDisk(fresh);
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                delete(fresh);
                if (!Files.isDirectory(target)) { // else another JVM that shares them was quicker
                    throw e;
                }
            }
        }
        return target;
    }

    /** Deletes those of other versions. */
    static void forgetOthers(Path folder, Path current) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path other : found) {
                if (current.startsWith(folder) && !other.equals(current)) {
                    delete(other);
                }
            }
        }
    }

    static String archiveName(String os, String arch) {
        String system = os.toLowerCase(Locale.ROOT);
        String platform = switch (arch) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> "";
        };
        boolean mac = system.contains("mac");
        if (platform.isEmpty() || !(mac || system.contains("linux"))) {
            throw new EmbeddedPostgresException(
                    "There is no PostgreSQL to embed for " + os + " on " + arch + ". " + BRING_YOUR_OWN);
        }
        return "postgres-" + (mac ? "darwin" : "linux") + "-" + platform + ".txz";
    }

    static String version() {
        Properties build = new Properties();
        try (InputStream in = Binaries.class.getResourceAsStream("binaries.properties")) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresException("binaries.properties cannot be read", e);
        }
        return build.getProperty("version", "unknown");
    }

    private static void unpack(InputStream packed, Path folder) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = folder.resolve(entry.getName()).normalize();
                if (!path.startsWith(folder)) {
                    throw new IOException("The archive names a file outside its folder: " + entry.getName());
                }
                unpack(tar, entry, path);
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, path);
            if ((entry.getMode() & 0100) != 0 && !path.toFile().setExecutable(true, false)) {
                throw new IOException("cannot make " + path + " executable");
            }
        }
    }

    // After a loss of power an unpacked file might else be there by name and empty.
    private static void writeToDisk(Path folder) {
        try {
            Process sync = new ProcessBuilder("sync", "-f", folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Commands.ends(sync, 30);
        } catch (IOException e) {
            LOG.debug("There is no sync here", e);
        }
    }

    /** Deletes a folder that this package made, even while a dying server still writes into it. */
    static void delete(Path folder) throws IOException {
        for (int attempt = 0; attempt < 5; attempt++) {
            try {
                deleteTree(folder);
                return;
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        if (Files.exists(folder)) {
            deleteTree(folder);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
