package io.aitbc.monitoring.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prometheus' configuration file on the disk. It is only ever replaced whole, in one step, by a file of the same folder that is on
 * the disk entirely; one writer at a time is its caller's care.
 */
final class ConfigFile {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigFile.class);

    private final Path named;

    ConfigFile(Path named) {
        this.named = named;
    }

    /** What it holds. */
    String read() throws IOException {
        try (InputStream in = Files.newInputStream(named)) {
            byte[] bytes = in.readNBytes(Yamls.MOST_BYTES + 1);
            if (bytes.length > Yamls.MOST_BYTES) {
                throw new ConfigUnusable("it has more than 16 MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigUnusable("it is not UTF-8");
        }
    }

    /** Writes what it is to hold next beside it. */
    Path stage(String text) throws IOException {
        return write(staged(), text);
    }

    /** Replaces it by what is staged. */
    void swap() throws IOException {
        move(staged(), real());
    }

    /** Keeps what it held beside it, as {@code prometheus.yml.last-good}. */
    void keepLastGood(String text) throws IOException {
        move(write(beside(".%s.last-good.new"), text), beside("%s.last-good"));
    }

    /** Has it hold this again. */
    void restore(String text) throws IOException {
        stage(text);
        swap();
    }

    /** Removes what a writer left that was killed. */
    void sweep() throws IOException {
        Files.deleteIfExists(staged());
        Files.deleteIfExists(beside(".%s.last-good.new"));
    }

    private Path staged() throws IOException {
        return beside(".%s.new");
    }

    /** The file itself where the name is a link: the link stays. */
    private Path real() throws IOException {
        return named.toRealPath();
    }

    private Path beside(String name) throws IOException {
        Path real = real();
        return real.resolveSibling(name.formatted(real.getFileName()));
    }

    private Path write(Path path, String text) throws IOException {
        Files.deleteIfExists(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            likeTheFile(path);
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return path;
    }

    /** Prometheus may run as another user, and must be able to read what replaces its file. */
    private void likeTheFile(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        PosixFileAttributes file = Files.readAttributes(real(), PosixFileAttributes.class);
        view.setPermissions(file.permissions());
        try {
            view.setGroup(file.group());
            view.setOwner(file.owner());
        } catch (IOException e) {
            if (!file.permissions().contains(PosixFilePermission.OTHERS_READ)) {
                throw new IOException(
                        "it is " + file.owner() + "'s and not for all to read, and this process may not give a file to "
                                + file.owner() + "; run as root or " + file.owner() + ", or let all read it",
                        e);
            }
            LOG.debug("{} gets another owner than the file that it replaces", path, e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(to.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            // Some file systems cannot; they keep the order of changes themselves, or not at all.
            LOG.debug("The folder of {} cannot be forced to the disk", to, e);
        }
    }
}
