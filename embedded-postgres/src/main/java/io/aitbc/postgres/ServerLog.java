package io.aitbc.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** What the server and its tools print: a file, and the one before it. */
final class ServerLog {

    private static final int SHOWN_LINES = 15;
    private static final String OUR_OWN_ASKING = "the database system is starting up";
    private static final int SHOWN_BYTES = 16 << 10;

    private final Path file;
    private final long largest;

    /** @param largest bytes after which the file becomes the one before it */
    ServerLog(Path file, long largest) {
        this.file = file;
        this.largest = largest;
    }

    /** Makes it, for its user alone: statements stand in it. */
    void create() throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
    }

    /** Appends; the server holds the file open for as long as it lives. */
    ProcessBuilder.Redirect appending() {
        return ProcessBuilder.Redirect.appendTo(file.toFile());
    }

    /**
     * Keeps it from growing without end. Copied and emptied rather than renamed, because the server goes on writing to the
     * file that it has open.
     */
    void rotateWhenLarge() throws IOException {
        if (size() <= largest) {
            return;
        }
        Files.copy(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    long size() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** The last lines printed since the file had this size. */
    String since(long size) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long end = channel.size();
            long start = Math.max(Math.min(size, end), end - SHOWN_BYTES);
            ByteBuffer bytes = ByteBuffer.allocate((int) (end - start));
            while (bytes.hasRemaining() && channel.read(bytes, start + bytes.position()) >= 0) {
                // reads on
            }
            List<String> lines = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.endsWith(OUR_OWN_ASKING))
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        } catch (IOException e) {
            return "(" + file + " cannot be read)";
        }
    }
}
