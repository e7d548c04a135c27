package io.aitbc.coordinator.invoice;

import io.aitbc.service.web.SpreadsheetCell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/** Tables as CSV (RFC 4180, in UTF-8) that spreadsheets read as what they are: numbers as numbers, and no text as a formula. */
final class CsvTable {

    private CsvTable() {}

    /** A column, and where its cells come from. */
    record Column<T>(String name, Function<T, @Nullable Object> cell) {}

    static <T> byte[] of(List<Column<T>> columns, List<T> rows) {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            printer.printRecord(columns.stream().map(Column::name));
            for (T row : rows) {
                printer.printRecord(columns.stream()
                        .map(column -> SpreadsheetCell.of(column.cell().apply(row))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
