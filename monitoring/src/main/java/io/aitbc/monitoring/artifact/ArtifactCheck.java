package io.aitbc.monitoring.artifact;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a folder of artifacts is still what was written: every checksum and every row count is computed again. */
public final class ArtifactCheck {

    private final Path folder;
    private final List<String> found = new ArrayList<>();

    private ArtifactCheck(Path folder) {
        this.folder = folder;
    }

    /**
     * Compares a folder with its manifest, and the manifest with its checksum. Needs neither a server nor a network.
     *
     * @return a sentence for each difference; empty when there is none
     */
    public static List<String> differences(Path folder) {
        ArtifactCheck check = new ArtifactCheck(folder);
        if (!Files.isDirectory(folder)) {
            return List.of(folder + " is not a folder.");
        }
        check.run();
        return List.copyOf(check.found);
    }

    private void run() {
        byte[] json;
        try {
            json = ManifestFile.bytes(folder.resolve(Manifest.NAME));
        } catch (IOException e) {
            found.add(Manifest.NAME + " cannot be read: " + e.getMessage());
            return;
        }
        checkChecksum(json);
        try {
            Manifest manifest = Json.readManifest(json);
            checkFiles(manifest.files());
        } catch (IOException e) {
            found.add(Manifest.NAME + " is not a manifest: " + firstLine(e));
        }
    }

    private void checkChecksum(byte[] json) {
        try {
            byte[] written = ManifestFile.bytes(folder.resolve(Manifest.CHECKSUM_NAME));
            if (!new String(written, StandardCharsets.ISO_8859_1).equals(Checksums.line(json))) {
                found.add(Manifest.NAME + " and " + Manifest.CHECKSUM_NAME
                        + " do not fit together: the manifest's SHA-256 is " + Checksums.of(json) + ".");
            }
        } catch (IOException e) {
            found.add(Manifest.CHECKSUM_NAME + " cannot be read: " + e.getMessage());
        }
    }

    private void checkFiles(Map<String, Manifest.@Nullable File> files) throws IOException {
        for (String name : ArtifactWriter.FILES) {
            if (!files.containsKey(name)) {
                found.add(name + " is not in the manifest.");
            }
        }
        files.forEach((name, file) -> {
            if (!ArtifactWriter.FILES.contains(name) || file == null) {
                found.add("The manifest names '" + name + "', which is not a file of this version.");
            } else {
                checkFile(name, file);
            }
        });
        try (Stream<Path> list = Files.list(folder)) {
            list.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> !files.containsKey(name)
                            && !name.equals(Manifest.NAME)
                            && !name.equals(Manifest.CHECKSUM_NAME))
                    .sorted()
                    .forEach(name -> found.add(name + " is there, but not in the manifest."));
        }
    }

    private void checkFile(String name, Manifest.File expected) {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            found.add(name + " is missing, or is not a plain file.");
            return;
        }
        try {
            long bytes = Files.size(file);
            if (bytes != expected.bytes()) {
                found.add(name + " has " + bytes + " bytes, not " + expected.bytes() + ".");
            }
            String sha256 = Checksums.of(file);
            if (!sha256.equals(expected.sha256())) {
                found.add(name + " has the SHA-256 " + sha256 + ", not " + expected.sha256() + ".");
            }
            checkRows(name, file, expected.rows());
        } catch (IOException e) {
            found.add(name + " cannot be read: " + firstLine(e));
        }
    }

    private void checkRows(String name, Path file, @Nullable Long expected) {
        try {
            Long rows = name.endsWith(".csv")
                    ? Long.valueOf(CsvFile.rows(file))
                    : name.endsWith(".parquet") ? Long.valueOf(SeriesParquet.rows(file)) : null;
            if (rows == null ? expected != null : !rows.equals(expected)) {
                found.add(name + " has " + (rows == null ? "no" : rows) + " rows, not "
                        + (expected == null ? "none" : expected) + ".");
            }
        } catch (IOException | RuntimeException e) {
            // A damaged table is of any kind: whatever its reader stumbles over is a difference.
            found.add("The rows of " + name + " cannot be counted: " + firstLine(e));
        }
    }

    private static String firstLine(Exception e) {
        String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return text.length() > 300 ? text.substring(0, 300) + "…" : text.strip();
    }
}
