package io.aitbc.agent.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.aitbc.agent.hub.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The agent's folder, for one agent at a time; what is in it are small JSON files, each written whole. */
public final class DataFolder implements AutoCloseable {

    private final Path path;
    private final FileChannel lock;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes the folder when it is missing and takes hold of it.
     *
     * @throws StorageFailed when it cannot be used, or another agent uses it
     */
    public static DataFolder open(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(path.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    throw new OverlappingFileLockException();
                }
            } catch (OverlappingFileLockException held) {
                channel.close();
                throw new StorageFailed("another agent uses the data folder " + path
                        + "; stop it, or give this one another folder with --data-dir");
            }
            return new DataFolder(path, channel);
        } catch (IOException e) {
            throw new StorageFailed("the data folder " + path + " cannot be used: " + describe(e), e);
        }
    }

    /** Reads a file, empty when there is none. A file that cannot be understood is left as it is, and said. */
    public <T> Optional<T> read(String name, Class<T> type) {
        Path file = path.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.MAPPER.readValue(PrivateFile.read(file), type));
        } catch (JsonProcessingException e) {
            throw new StorageFailed(file + " is damaged; mend it or move it away (nothing was changed)", e);
        } catch (IOException e) {
            throw new StorageFailed(file + " cannot be read: " + describe(e), e);
        }
    }

    public void write(String name, Object value) {
        Path file = path.resolve(name);
        try {
            PrivateFile.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
        } catch (IOException e) {
            throw new StorageFailed(file + " cannot be written: " + describe(e), e);
        }
    }

    public void delete(String name) {
        try {
            Files.deleteIfExists(path.resolve(name));
        } catch (IOException e) {
            throw new StorageFailed(path.resolve(name) + " cannot be deleted: " + describe(e), e);
        }
    }

    private static String describe(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StorageFailed("the lock on " + path + " could not be let go", e);
        }
    }
}
