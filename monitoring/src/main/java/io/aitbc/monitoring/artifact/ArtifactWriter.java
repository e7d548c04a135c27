package io.aitbc.monitoring.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the artifacts of a collected window. */
public final class ArtifactWriter {

    static final String SUMMARY = "metrics_summary.csv";
    static final String KPIS = "kpi_long.csv";
    static final String SERIES = "series.csv";
    static final String PARQUET = "series.parquet";
    static final String REPORT = "report.html";

    /** All files but the manifest and its checksum. */
    static final List<String> FILES = List.of(SUMMARY, KPIS, SERIES, PARQUET, REPORT);

    private ArtifactWriter() {}

    /**
     * Writes all files into an empty folder, and sees to it that they are on the disk.
     *
     * @param result all but its files
     * @return the manifest that was written, with its files
     * @throws IOException when the folder does not take them; it may hold some then
     */
    public static Manifest write(Path folder, Manifest result, List<KpiSeries> series) throws IOException {
        Map<String, Manifest.File> files = new LinkedHashMap<>();
        files.put(SUMMARY, file(folder.resolve(SUMMARY), Tables.summary(folder.resolve(SUMMARY), result)));
        files.put(KPIS, file(folder.resolve(KPIS), Tables.kpis(folder.resolve(KPIS), result)));
        files.put(SERIES, file(folder.resolve(SERIES), Tables.series(folder.resolve(SERIES), series)));
        files.put(PARQUET, file(folder.resolve(PARQUET), SeriesParquet.write(folder.resolve(PARQUET), series)));
        Files.writeString(folder.resolve(REPORT), Report.of(result, series));
        files.put(REPORT, file(folder.resolve(REPORT), null));
        Manifest manifest = result.with(files);
        byte[] json = Json.write(manifest);
        Files.write(folder.resolve(Manifest.NAME), json);
        sync(folder.resolve(Manifest.NAME));
        Files.writeString(folder.resolve(Manifest.CHECKSUM_NAME), Checksums.line(json), StandardCharsets.US_ASCII);
        sync(folder.resolve(Manifest.CHECKSUM_NAME));
        return manifest;
    }

    /** Makes a written folder appear under its own name, whole, in one step. */
    public static void publish(Path written, Path folder) throws IOException {
        sync(written);
        Files.move(written, folder, StandardCopyOption.ATOMIC_MOVE);
        sync(folder.resolve("..").normalize());
    }

    /** The manifest of a folder, whatever its files are; {@link ArtifactCheck} says whether they are as it says. */
    public static Manifest read(Path folder) throws IOException {
        return ManifestFile.read(folder);
    }

    private static Manifest.File file(Path file, @Nullable Long rows) throws IOException {
        sync(file);
        return new Manifest.File(Files.size(file), Checksums.of(file), rows);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
