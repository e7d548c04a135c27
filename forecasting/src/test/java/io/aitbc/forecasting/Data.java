package io.aitbc.forecasting;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the real series lie: the system property {@code forecasting.data}, else the environment's {@code FORECASTING_DATA}, else
 * {@code ../shared/data} beside this folder or one above it.
 */
public final class Data {

    private Data() {}

    /** The file, or the test is skipped. */
    public static Path file(String name) {
        Path folder = folder();
        Path file = folder.resolve(name);
        assumeTrue(
                Files.isRegularFile(file),
                "no " + file + ": set -Dforecasting.data or FORECASTING_DATA to the folder of the real series");
        return file;
    }

    private static Path folder() {
        String named = System.getProperty("forecasting.data", System.getenv("FORECASTING_DATA"));
        if (named != null) {
            return Path.of(named);
        }
        for (Path above = Path.of("").toAbsolutePath(); above != null; above = above.getParent()) {
            Path data = above.resolve("../shared/data").normalize();
            if (Files.isDirectory(data)) {
                return data;
            }
        }
        return Path.of("../shared/data");
    }
}
