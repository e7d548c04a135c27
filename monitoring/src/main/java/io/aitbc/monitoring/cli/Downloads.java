package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Fetches the artifacts of a run into a folder; all of them, as they were written, or none. */
final class Downloads {

    private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}";
    private static final int MOST_FILES = 1_000;

    private final ServiceClient service;
    private final String sessionPath;
    private final Surroundings surroundings;

    Downloads(ServiceClient service, String sessionPath, Surroundings surroundings) {
        this.service = service;
        this.sessionPath = sessionPath;
        this.surroundings = surroundings;
    }

    void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw Failed.local("The folder " + folder + " cannot be made: " + e + ".");
        }
        if (!Files.isWritable(folder)) {
            throw Failed.local("The folder " + folder + " cannot be written to.");
        }
    }

    /**
     * Fetches a run's artifacts.
     *
     * @return the folder where they are, named after the run
     */
    Path fetch(String runId, Path parent) {
        Path folder = parent.resolve(checked(runId));
        List<String> files = files(runId);
        Path unfinished = null;
        try {
            unfinished = Files.createTempDirectory(parent, ".fetching-");
            for (String file : files) {
                service.download(
                        sessionPath + "/artifacts/" + ServiceClient.part(runId) + "/" + ServiceClient.part(file),
                        unfinished.resolve(file));
            }
            List<String> differences = surroundings.differences().apply(unfinished);
            if (!differences.isEmpty()) {
                throw Failed.away("The artifacts did not come as they were written: " + String.join("; ", differences));
            }
            if (Files.exists(folder)) {
                return fetchedBefore(folder);
            }
            return Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failed.local("The artifacts cannot be written to " + parent + ": " + e + ".");
        } finally {
            if (unfinished != null) {
                remove(unfinished);
            }
        }
    }

    private Path fetchedBefore(Path folder) throws IOException {
        List<String> differences = surroundings.differences().apply(folder);
        if (!differences.isEmpty()) {
            throw Failed.local("The folder " + folder + " is there already, and is not the run as it was written: "
                    + String.join("; ", differences) + ". Move it away first.");
        }
        return folder;
    }

    private List<String> files(String runId) {
        List<String> files = new ArrayList<>();
        // The newest runs come first, and this one is among them.
        for (JsonNode artifact :
                service.get(sessionPath + "/artifacts?limit=200").body()) {
            if (artifact.path("run_id").asText().equals(runId)) {
                files.add(checked(artifact.path("file").asText()));
            }
        }
        if (files.isEmpty() || files.size() > MOST_FILES) {
            throw Failed.away("The service lists " + files.size() + " artifacts of run " + runId + ".");
        }
        return files;
    }

    /** A name from elsewhere must not lead out of the folder. */
    private static String checked(String name) {
        if (!name.matches(NAME)) {
            throw Failed.away("The service names a file or run '" + name + "', which no folder should hold.");
        }
        return name;
    }

    private static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            // Left behind; its name says what it is.
        }
    }
}
