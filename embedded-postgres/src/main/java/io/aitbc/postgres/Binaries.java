package io.aitbc.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Properties;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The PostgreSQL binaries for this platform, unpacked once per folder and version. */
final class Binaries {

    private Binaries() {}

    /** Where they lie unpacked. A killed unpacking leaves nothing behind that looks finished. */
    static Path unpackInto(Path folder) throws IOException {
        String archive = archiveName(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        Path target = folder.resolve("binaries-" + version() + "-" + archive.replaceAll("^postgres-|\\.txz$", ""));
        if (Files.isDirectory(target)) {
            return target;
        }
        try (InputStream packed = Binaries.class.getResourceAsStream("/" + archive)) {
            if (packed == null) {
                throw new EmbeddedPostgresException("This jar brings no PostgreSQL for " + archive
                        + " (built with -Pno-embedded, or a platform without binaries). Run PostgreSQL yourself and"
                        + " set SPRING_DATASOURCE_URL.");
            }
            Path fresh = Files.createTempDirectory(folder, ".unpacking");
            unpack(packed, fresh);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target;
    }

    static String archiveName(String os, String arch) {
        String system = os.toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        boolean arm = arch.equals("aarch64") || arch.equals("arm64");
        String machine = arm ? "arm_64" : "x86_64";
        return "postgres-" + system + "-" + machine + ".txz";
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

    /** Deletes a folder that this package made; used for what a killed start left half done. */
    static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path visited, java.io.@org.jspecify.annotations.Nullable IOException e) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
