package io.aitbc.forecasting.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A file of comma-separated values with a header row; cells may be quoted, rows may be ragged. */
final class CsvFile {

    private static final Set<String> MISSING = Set.of("", "na", "nan", "null");

    private final Path path;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Integer> lines = new ArrayList<>();

    private CsvFile(Path path) {
        this.path = path;
    }

    static CsvFile read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new BadInput("there is no file " + path);
        }
        CsvFile file = new CsvFile(path);
        try {
            List<String> text = Files.readAllLines(path);
            for (int i = 0; i < text.size(); i++) {
                if (!text.get(i).isBlank()) {
                    file.rows.add(cells(text.get(i)));
                    file.lines.add(i + 1);
                }
            }
        } catch (MalformedInputException e) {
            throw new BadInput(path + " is not a text file in UTF-8");
        } catch (IOException e) {
            throw new BadInput(path + " cannot be read: " + e.getMessage());
        }
        if (file.rows.isEmpty()) {
            throw new BadInput(path + " is empty: a header row and at least one row of data are needed");
        }
        return file;
    }

    /** The values of a column below the header; an empty cell, NA, NaN or null is a missing hour. */
    double[] column(String name) {
        List<String> header = rows.get(0);
        int column = header.indexOf(name);
        if (column < 0) {
            throw new BadInput(path + " has no column '" + name + "'; it has " + String.join(", ", header));
        }
        double[] values = new double[rows.size() - 1];
        for (int row = 1; row < rows.size(); row++) {
            values[row - 1] = number(row, column);
        }
        return values;
    }

    /** Rows of data. */
    int size() {
        return rows.size() - 1;
    }

    /** The first cell of a row of data. */
    String id(int row) {
        return rows.get(row + 1).get(0);
    }

    /** All cells of a row of data after the first, up to the last that is not empty. */
    double[] values(int row) {
        List<String> cells = rows.get(row + 1);
        int end = cells.size();
        while (end > 1 && cells.get(end - 1).isEmpty()) {
            end--;
        }
        double[] values = new double[end - 1];
        for (int column = 1; column < end; column++) {
            values[column - 1] = number(row + 1, column);
        }
        return values;
    }

    private double number(int row, int column) {
        String cell = column < rows.get(row).size() ? rows.get(row).get(column) : "";
        if (MISSING.contains(cell.toLowerCase(java.util.Locale.ROOT))) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            String header = column < rows.get(0).size() ? rows.get(0).get(column) : "" + (column + 1);
            throw new BadInput(path + ", line " + lines.get(row) + ", column '" + header + "': '" + cell
                    + "' is not a number; leave the cell empty where the hour is missing");
        }
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString().strip());
                cell.setLength(0);
            } else if (c != '\uFEFF') {
                cell.append(c);
            }
        }
        cells.add(cell.toString().strip());
        return cells;
    }
}
