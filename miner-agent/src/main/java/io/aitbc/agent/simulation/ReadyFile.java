package io.aitbc.agent.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells whoever started the fleet that it has settled in. */
record ReadyFile(@Nullable Path path) {

    void remove() {
        if (path != null) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void write() {
        if (path != null) {
            try {
                Files.writeString(path, "ready\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
