package io.aitbc.monitoring.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Whether a folder of artifacts is as it was written. */
public final class ArtifactCheck {

    private ArtifactCheck() {}

    /** Each difference between what MANIFEST.json says and what is there, as a sentence; none when all is as it was. */
    public static List<String> differences(Path folder) {
        List<String> differences = new ArrayList<>();
        try {
            JsonNode files = new ObjectMapper()
                    .readTree(Files.readAllBytes(folder.resolve("MANIFEST.json")))
                    .path("files");
            for (var file : files.properties()) {
                byte[] bytes = Files.readAllBytes(folder.resolve(file.getKey()));
                String sha256 = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
                if (!sha256.equals(file.getValue().path("sha256").asText())) {
                    differences.add(file.getKey() + " was changed: its sha256 is " + sha256);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return differences;
    }
}
