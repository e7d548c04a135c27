package io.aitbc.monitoring.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The user's own recipes. */
final class RecipeFolder {

    private static final long LARGEST = 1 << 20;
    private static final int MOST_FILES = 1_000;
    private static final int MOST_FAULTS = 20;

    private RecipeFolder() {}

    /**
     * The KPIs of all its files, in the order of their names.
     *
     * @param dir empty when there is none
     * @throws IllegalArgumentException that names RECIPES_DIR, and all that is wrong in its files
     */
    static List<Kpi> read(String dir) {
        List<Kpi> kpis = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Path file : dir.isBlank() ? List.<Path>of() : files(Path.of(dir))) {
            String name = String.valueOf(file.getFileName());
            try {
                if (Files.size(file) > LARGEST) {
                    faults.add(name + " has more than 1 MiB");
                } else {
                    kpis.addAll(RecipeFile.read(name, Files.readString(file), faults));
                }
            } catch (IOException e) {
                faults.add(name + " cannot be read: " + e);
            }
        }
        if (!faults.isEmpty()) {
            String more = faults.size() > MOST_FAULTS ? "; and " + (faults.size() - MOST_FAULTS) + " more" : "";
            throw new IllegalArgumentException("RECIPES_DIR cannot be used: "
                    + String.join("; ", faults.subList(0, Math.min(faults.size(), MOST_FAULTS))) + more);
        }
        return kpis;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(file ->
                            file.toString().endsWith(".yml") || file.toString().endsWith(".yaml"))
                    .sorted()
                    .limit(MOST_FILES)
                    .toList();
        } catch (IOException e) {
            // Without the cause: whoever tells why the service does not start looks for the innermost sentence.
            throw new IllegalArgumentException("RECIPES_DIR cannot be read: " + e);
        }
    }
}
