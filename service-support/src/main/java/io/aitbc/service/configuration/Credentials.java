package io.aitbc.service.configuration;

import io.aitbc.service.security.ApiKeys;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The file of keys that embedded mode makes once: {@code NAME=value} lines that a shell can source, mode 600. */
final class Credentials {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;

    Credentials(Path dataDir) {
        this.file = dataDir.resolve("credentials.env");
    }

    /**
     * Reads the file, adds a random key for each name that it lacks, and returns all. Several services may start at
     * once: a lock on a file beside it makes them take turns, and each key is drawn by one of them only.
     */
    Map<String, String> readOrCreate(List<String> names) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path lockFile = file.resolveSibling(".credentials.lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Map<String, String> values = read();
            boolean added = false;
            for (String name : names) {
                if (!values.containsKey(name)) {
                    values.put(name, ApiKeys.generate(prefixOf(name)));
                    added = true;
                }
            }
            if (added && lock.isValid()) {
                write(values);
            }
            return values;
        }
    }

    private Map<String, String> read() throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    values.put(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 1).strip());
                }
            }
        }
        return values;
    }

    private void write(Map<String, String> values) throws IOException {
        StringBuilder text =
                new StringBuilder("# Made at the first start. Whoever reads this file may do everything.\n");
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        boolean posix = Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
        FileAttribute<?>[] mode = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".credentials", ".new", mode);
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            out.write(StandardCharsets.UTF_8.encode(text.toString()));
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String prefixOf(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("_(key|token)$", "").replaceAll("[^a-z]+", "-");
    }
}
