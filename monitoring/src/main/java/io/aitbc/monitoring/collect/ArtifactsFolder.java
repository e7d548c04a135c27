package io.aitbc.monitoring.collect;

import io.aitbc.service.web.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/** The folder that all artifacts are in; nothing is written or read outside of it, whatever a request or a link says. */
@Component
class ArtifactsFolder {

    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final int LONGEST = 500;

    private final Path root;

    ArtifactsFolder(CollectSettings settings) {
        this.root = Path.of(settings.artifactsDir()).toAbsolutePath().normalize();
    }

    /**
     * Where the runs of a request go, under this folder.
     *
     * @param outputDir as the request says it: a name, or an absolute path inside; null for the session's own folder
     * @throws Problem 400 when it is neither
     */
    String relative(@Nullable String outputDir, String sessionId) {
        if (outputDir == null) {
            return SEGMENT.matcher(sessionId).matches()
                    ? sessionId
                    : "_" + HexFormat.of().formatHex(sessionId.getBytes(StandardCharsets.UTF_8));
        }
        if (outputDir.isBlank() || outputDir.length() > LONGEST) {
            throw refused("must have 1 to " + LONGEST + " characters");
        }
        List<String> segments = new ArrayList<>();
        try {
            Path asked = Path.of(outputDir);
            for (Path part : asked) {
                if (part.toString().equals("..")) {
                    throw refused("must not contain '..'");
                }
            }
            if (asked.isAbsolute() && !asked.startsWith(root)) {
                throw refused("must be a name, or an absolute path inside ARTIFACTS_DIR");
            }
            for (Path part : asked.isAbsolute() ? root.relativize(asked) : asked) {
                if (!part.toString().isEmpty()) {
                    segments.add(part.toString());
                }
            }
        } catch (InvalidPathException e) {
            throw refused("must be a path");
        }
        for (String segment : segments) {
            if (!SEGMENT.matcher(segment).matches()) {
                throw refused("may have letters, digits, '.', '_' and '-' between its slashes, no '.' first");
            }
        }
        String relative = String.join("/", segments);
        try {
            checkLinks(root.resolve(relative));
        } catch (IOException e) {
            throw refused("cannot be used: " + e.getMessage());
        }
        return relative;
    }

    /** The run's own folder: no other run has it. */
    Path of(Run run) {
        return root.resolve(run.outputDir()).resolve(run.runId().toString());
    }

    /** A new, empty folder beside the run's own, to be written and moved; what an earlier try left there is removed. */
    Path begin(Run run) throws IOException {
        Path parent = root.resolve(run.outputDir());
        checkLinks(parent);
        Files.createDirectories(parent);
        sweep(run);
        return Files.createDirectory(parent.resolve(prefix(run.runId()) + run.lease()));
    }

    /** Removes what earlier tries of a run, whose processes were killed, left half written. */
    void sweep(Run run) throws IOException {
        Path parent = root.resolve(run.outputDir());
        checkLinks(parent);
        if (Files.isDirectory(parent)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, prefix(run.runId()) + "*")) {
                for (Path folder : left) {
                    FileSystemUtils.deleteRecursively(folder);
                }
            }
        }
    }

    /** Removes a folder of {@link #begin}, or a run's own that is not as it should be. */
    void remove(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            // It is removed at the run's next try; a dot before its name keeps it from being taken for artifacts.
            org.slf4j.LoggerFactory.getLogger(ArtifactsFolder.class)
                    .warn("{} cannot be removed: {}", folder, e.toString());
        }
    }

    private static String prefix(UUID runId) {
        return "." + runId + ".";
    }

    /** Whatever of the path is there already must be within the folder, also behind its links. */
    private void checkLinks(Path path) throws IOException {
        Path there = root;
        for (Path part : root.relativize(path)) {
            Path next = there.resolve(part);
            if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                break;
            }
            there = next;
        }
        if (Files.exists(root) && !there.toRealPath().startsWith(root.toRealPath())) {
            throw new IOException("a link in it leads out of ARTIFACTS_DIR");
        }
    }

    private static Problem refused(String what) {
        return Problem.badRequest("output-dir-refused", "output_dir " + what + ".");
    }
}
