package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.session.Sessions;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The files that runs left. */
@RestController
@RequestMapping("/api/v1/sessions/{sessionId}/artifacts")
@Allowed({Role.VIEWER, Role.OPERATOR})
class ArtifactController {

    private static final int MOST_RUNS = 200;
    private static final Map<String, MediaType> TYPES = Map.of(
            "csv", new MediaType("text", "csv", StandardCharsets.UTF_8),
            "json", MediaType.APPLICATION_JSON,
            "html", new MediaType("text", "html", StandardCharsets.UTF_8),
            "parquet", new MediaType("application", "vnd.apache.parquet"),
            "sha256", new MediaType("text", "plain", StandardCharsets.US_ASCII));

    /** The report draws its plots by its own script; it may load nothing, and is of no origin. */
    private static final String REPORT_POLICY =
            "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

    /**
     * A file.
     *
     * @param sha256 null for the manifest's own checksum, and the manifest, which that is of
     * @param path of the API
     */
    record ArtifactView(
            UUID runId,
            String file,
            long bytes,
            @Nullable String sha256,
            @Nullable Long rows,
            String path) {}

    private final Runs runs;
    private final Sessions sessions;
    private final ArtifactsFolder folder;

    ArtifactController(Runs runs, Sessions sessions, ArtifactsFolder folder) {
        this.runs = runs;
        this.sessions = sessions;
        this.folder = folder;
    }

    @GetMapping
    @Operation(
            summary = "The files of a session's runs, newest run first",
            description = "limit: of so many runs, 1..200.")
    List<ArtifactView> list(@PathVariable String sessionId, @RequestParam(defaultValue = "50") int limit) {
        if (limit < 1 || limit > MOST_RUNS) {
            throw Problem.badRequest("malformed-parameter", "limit must be within 1.." + MOST_RUNS + ".");
        }
        sessions.require(sessionId);
        List<ArtifactView> all = new ArrayList<>();
        for (Run run : runs.newest(sessionId, null, true, limit)) {
            Manifest manifest = run.manifest();
            if (manifest != null) {
                manifest.files()
                        .forEach((name, file) -> all.add(new ArtifactView(
                                run.runId(), name, file.bytes(), file.sha256(), file.rows(), path(run, name))));
                for (String name : List.of(Manifest.NAME, Manifest.CHECKSUM_NAME)) {
                    Path file = folder.of(run).resolve(name);
                    all.add(new ArtifactView(run.runId(), name, size(file), null, null, path(run, name)));
                }
            }
        }
        return all;
    }

    @GetMapping("/{runId}/{file}")
    @Operation(summary = "A file of a run")
    ResponseEntity<Resource> get(@PathVariable String sessionId, @PathVariable UUID runId, @PathVariable String file) {
        return send(runs.find(sessionId, runId).orElseThrow(CollectController::unknown), file);
    }

    @GetMapping("/{file}")
    @Operation(summary = "A file of the newest run that was collected")
    ResponseEntity<Resource> newest(@PathVariable String sessionId, @PathVariable String file) {
        sessions.require(sessionId);
        return runs.newest(sessionId, null, true, 1).stream()
                .findFirst()
                .map(run -> send(run, file))
                .orElseThrow(() -> Problem.notFound(
                        "artifact-not-found", "Nothing of the session was collected yet; POST …/collect does so."));
    }

    private ResponseEntity<Resource> send(Run run, String name) {
        Manifest manifest = run.manifest();
        boolean isOwn = name.equals(Manifest.NAME) || name.equals(Manifest.CHECKSUM_NAME);
        Manifest.File known = manifest == null ? null : manifest.files().get(name);
        if (manifest == null || (known == null && !isOwn)) {
            throw Problem.notFound("artifact-not-found", "The run has no such file; GET …/artifacts lists all.");
        }
        Path file = folder.of(run).resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || (known != null && size(file) != known.bytes())) {
            throw Problem.notFound(
                    "artifact-gone",
                    "The file is no longer as it was written: somebody changed " + folder.of(run) + ".");
        }
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(TYPES.getOrDefault(name.replaceFirst(".*\\.", ""), MediaType.APPLICATION_OCTET_STREAM));
        headers.setContentDisposition(
                (name.endsWith(".html") ? ContentDisposition.inline() : ContentDisposition.attachment())
                        .filename(name)
                        .build());
        headers.set("Content-Security-Policy", REPORT_POLICY);
        if (known != null) {
            headers.setETag('"' + known.sha256() + '"');
        }
        return ResponseEntity.ok().headers(headers).body(new FileSystemResource(file));
    }

    private static String path(Run run, String file) {
        return "/api/v1/sessions/" + run.sessionId() + "/artifacts/" + run.runId() + "/" + file;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
