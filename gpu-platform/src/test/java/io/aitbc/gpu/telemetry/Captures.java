package io.aitbc.gpu.telemetry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What real machines printed; it lies beside the project and not in it. */
final class Captures {

    /** One answer to {@code nvidia-smi --query-gpu}. */
    record Table(String name, String csv) {
        @Override
        public String toString() {
            return name;
        }

        /** The raw cell of a column, by its name with or without unit. */
        String cell(String column, int row) {
            String[] lines = csv.split("\n");
            String[] header = lines[0].split(", ");
            for (int i = 0; i < header.length; i++) {
                if (header[i].equals(column) || header[i].startsWith(column + " [")) {
                    return lines[row + 1].split(", ")[i].strip();
                }
            }
            throw new IllegalArgumentException("no column " + column);
        }
    }

    private Captures() {}

    static Path folder(String name) {
        String told = System.getenv("SHARED_DATA");
        Path folder = (told == null ? Path.of("..", "..", "shared", "data") : Path.of(told)).resolve(name);
        Assumptions.assumeTrue(
                Files.isDirectory(folder),
                "recorded outputs are not here; set SHARED_DATA to the folder that has them");
        return folder;
    }

    static List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder("nvidia-smi"))) {
            for (Path file : files.sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++) {
                    if (lines.get(i).startsWith("timestamp, driver_version")) {
                        StringBuilder csv = new StringBuilder();
                        for (int j = i; j < lines.size() && !lines.get(j).isBlank(); j++) {
                            csv.append(lines.get(j)).append('\n');
                        }
                        tables.add(new Table(file.getFileName() + ":" + (i + 1), csv.toString()));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tables;
    }

    static List<Path> scrapes() {
        try (Stream<Path> files = Files.list(folder("dcgm"))) {
            return files.filter(file -> file.toString().endsWith(".prom"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
