package io.aitbc.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file as old as the last heartbeat that the hub took, for whoever looks after the process: a container's health check. */
final class BeatFile implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(BeatFile.class);

    /** A fleet beats thousands of times a second; the file need not. */
    private static final long LEAST_MS = 1000;

    private final Path path;
    private final Clock clock;
    private final AtomicLong written = new AtomicLong(Long.MIN_VALUE / 2);

    BeatFile(Path path, Clock clock) {
        this.path = path;
        this.clock = clock;
    }

    @Override
    public void run() {
        long now = clock.millis();
        long before = written.get();
        if (now - before < LEAST_MS || !written.compareAndSet(before, now)) {
            return;
        }
        try {
            Files.writeString(path, clock.instant() + "\n");
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", path, e.toString());
        }
    }
}
