package io.aitbc.monitoring.collect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;

/** A past that a test knows to the last sample, as Prometheus would have scraped it. */
final class OpenMetrics {

    private final StringBuilder text = new StringBuilder();

    /**
     * A sample each second, half a second after it.
     *
     * @param value by the second, from 0
     * @param wasScraped in which seconds
     */
    OpenMetrics series(
            String name,
            String labels,
            Instant start,
            long seconds,
            LongPredicate wasScraped,
            LongToDoubleFunction value) {
        for (long i = 0; i < seconds; i++) {
            if (wasScraped.test(i)) {
                text.append(name)
                        .append('{')
                        .append(labels)
                        .append("} ")
                        .append(value.applyAsDouble(i))
                        .append(' ')
                        .append(start.getEpochSecond() + i)
                        .append(".5\n");
            }
        }
        return this;
    }

    OpenMetrics series(String name, String labels, Instant start, long seconds, LongToDoubleFunction value) {
        return series(name, labels, start, seconds, i -> true, value);
    }

    /** Makes it blocks of a server's data; the server must not run. */
    void backfill(Path data) {
        try {
            Path file = Files.createTempFile("backfill", ".om");
            Files.writeString(file, text + "# EOF\n");
            Process promtool = new ProcessBuilder(
                            "promtool", "tsdb", "create-blocks-from", "openmetrics", file.toString(), data.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!promtool.waitFor(60, TimeUnit.SECONDS) || promtool.exitValue() != 0) {
                promtool.destroyForcibly();
                throw new IllegalStateException("promtool could not write the past");
            }
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
