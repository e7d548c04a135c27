package io.aitbc.monitoring.artifact;

import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.TimeUnit;
import com.jerolba.carpet.io.FileSystemInputFile;
import com.jerolba.carpet.io.FileSystemOutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** The points as a Parquet file: the same rows as the CSV, in the same order. */
final class SeriesParquet {

    /**
     * A point.
     *
     * @param labels as JSON, as in the CSV
     */
    record Row(String kpi, Instant ts, String labels, double value) {}

    private SeriesParquet() {}

    static long write(Path file, List<KpiSeries> all) throws IOException {
        long rows = 0;
        try (CarpetWriter<Row> out = new CarpetWriter.Builder<>(new FileSystemOutputFile(file.toFile()), Row.class)
                .withDefaultTimeUnit(TimeUnit.MILLIS)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .build()) {
            for (KpiSeries series : all) {
                String labels = Json.labels(series.labels());
                for (int i = 0; i < series.size(); i++) {
                    out.write(new Row(series.kpi(), series.time(i), labels, series.value(i)));
                    rows++;
                }
            }
        }
        return rows;
    }

    static long rows(Path file) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new FileSystemInputFile(file.toFile()))) {
            return reader.getRecordCount();
        }
    }
}
