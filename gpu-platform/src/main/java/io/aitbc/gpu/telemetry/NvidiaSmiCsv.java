package io.aitbc.gpu.telemetry;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.telemetry.NvidiaSmiFields.Meaning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code nvidia-smi --query-gpu=… --format=csv} prints, with or without units: a header line, then one line per
 * physical GPU. Columns are found by their names, whatever their order. What a driver cannot tell ({@code [N/A]},
 * {@code [Not Supported]}, {@code [Unknown Error]}, …) is absent, and so is what no GPU can mean.
 */
public final class NvidiaSmiCsv {

    private static final Pattern NUMBER = Pattern.compile("(-?\\d{1,18}(?:\\.\\d{1,9})?)(?: (%|MiB|W|MHz|us|C))?");
    private static final Pattern MASK = Pattern.compile("0x([0-9a-fA-F]{1,16})");
    private static final int MOST_GPUS = 1_024;

    private NvidiaSmiCsv() {}

    /**
     * Reads a whole answer.
     *
     * @param at when it was asked for: the answer's own times are local ones of the machine, without their zone
     * @throws TelemetryUnavailable when it is not such a table, ends in the middle of a line, or names a GPU twice
     */
    public static List<GpuSample> parse(String csv, Instant at) throws TelemetryUnavailable {
        List<String> lines = lines(csv);
        List<String> header = columns(lines.get(0));
        if (!header.contains(NvidiaSmiFields.UUID)) {
            throw new TelemetryUnavailable("nvidia-smi's answer has no column uuid: " + shown(lines.get(0)));
        }
        List<GpuSample> samples = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            if (cells.length != header.size()) {
                throw new TelemetryUnavailable("nvidia-smi's answer has a line of " + cells.length + " columns where "
                        + header.size() + " are expected: " + shown(line));
            }
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < cells.length; i++) {
                String cell = cells[i].strip();
                // Old and new names of one column may both be asked for; the one that knows something counts.
                row.merge(header.get(i), cell, (one, other) -> isAbsent(one) ? other : one);
            }
            GpuSample sample = sample(row, at);
            if (!seen.add(sample.device().uuid()) || seen.size() > MOST_GPUS) {
                throw new TelemetryUnavailable(
                        "nvidia-smi's answer names " + sample.device().uuid() + " twice");
            }
            samples.add(sample);
        }
        return samples;
    }

    /** The columns of an answer that this version does not know; a newer driver may have them. */
    public static List<String> unknownColumns(String csv) {
        return columns(csv.lines().findFirst().orElse("")).stream()
                .filter(name -> NvidiaSmiFields.meaning(name) == Meaning.UNKNOWN)
                .toList();
    }

    private static List<String> lines(String csv) throws TelemetryUnavailable {
        if (!csv.endsWith("\n")) {
            throw new TelemetryUnavailable("nvidia-smi's answer "
                    + (csv.isEmpty() ? "is empty" : "ends in the middle of a line: " + shown(csv)));
        }
        List<String> lines = csv.lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            throw new TelemetryUnavailable("nvidia-smi's answer is empty");
        }
        return lines;
    }

    private static List<String> columns(String header) {
        List<String> columns = new ArrayList<>();
        for (String name : header.split(",", -1)) {
            columns.add(NvidiaSmiFields.canonical(name));
        }
        return columns;
    }

    private static GpuSample sample(Map<String, String> row, Instant at) throws TelemetryUnavailable {
        GpuSample.Builder sample = GpuSample.of(device(row), at);
        boolean mig = "Enabled".equals(row.get(NvidiaSmiFields.MIG));
        for (Map.Entry<Signal, List<String>> entry : NvidiaSmiFields.NUMBERS.entrySet()) {
            Signal signal = entry.getKey();
            if (mig && signal == Signal.UTILIZATION) {
                continue; // Of a GPU in parts there is no one utilisation, whatever stands there.
            }
            number(row, entry.getValue()).stream()
                    .filter(signal::isPlausible)
                    .forEach(value -> sample.set(signal, value));
        }
        flag(row.get(NvidiaSmiFields.PENDING)).ifPresent(value -> sample.set(Signal.ROW_REMAP_PENDING, value));
        flag(row.get(NvidiaSmiFields.FAILURE)).ifPresent(value -> sample.set(Signal.ROW_REMAP_FAILURE, value));
        String mask = row.get(NvidiaSmiFields.REASONS);
        Matcher reasons = MASK.matcher(mask == null ? "" : mask);
        if (reasons.matches()) {
            sample.throttleReasons(ThrottleReason.ofMask(Long.parseUnsignedLong(reasons.group(1), 16)));
        }
        recovery(row.get(NvidiaSmiFields.RECOVERY)).ifPresent(sample::recoveryAction);
        return sample.build();
    }

    private static GpuDevice device(Map<String, String> row) throws TelemetryUnavailable {
        try {
            OptionalDouble index = number(row, List.of(NvidiaSmiFields.INDEX));
            return new GpuDevice(
                    row.getOrDefault(NvidiaSmiFields.UUID, ""),
                    text(row, NvidiaSmiFields.NAME),
                    text(row, NvidiaSmiFields.DRIVER),
                    index.isPresent() ? (int) index.getAsDouble() : null,
                    text(row, NvidiaSmiFields.BUS_ID),
                    null);
        } catch (IllegalArgumentException e) {
            throw new TelemetryUnavailable(
                    "nvidia-smi's answer has a GPU without a usable uuid: " + shown(row.toString()), e);
        }
    }

    private static OptionalDouble number(Map<String, String> row, List<String> columns) {
        for (String column : columns) {
            String cell = row.get(column);
            Matcher matcher = NUMBER.matcher(cell == null ? "" : cell);
            if (matcher.matches()) {
                return OptionalDouble.of(Double.parseDouble(matcher.group(1)));
            }
        }
        return OptionalDouble.empty();
    }

    private static @Nullable String text(Map<String, String> row, String column) {
        String cell = row.get(column);
        return cell == null || isAbsent(cell) ? null : cell;
    }

    private static boolean isAbsent(String cell) {
        return cell.isEmpty() || cell.startsWith("[") || cell.equals("N/A") || cell.equals("ERR!");
    }

    private static Optional<Integer> flag(@Nullable String cell) {
        return switch (cell == null ? "" : cell.toLowerCase(Locale.ROOT)) {
            case "yes", "1", "pending", "active" -> Optional.of(1);
            case "no", "0", "not active" -> Optional.of(0);
            default -> Optional.empty();
        };
    }

    private static Optional<RecoveryAction> recovery(@Nullable String cell) {
        return switch (cell == null
                ? ""
                : cell.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ").strip()) {
            case "none" -> Optional.of(RecoveryAction.NONE);
            case "reset", "gpu reset" -> Optional.of(RecoveryAction.GPU_RESET);
            case "reboot", "node reboot" -> Optional.of(RecoveryAction.NODE_REBOOT);
            case "drain p2p" -> Optional.of(RecoveryAction.DRAIN_P2P);
            case "drain and reset", "drain reset" -> Optional.of(RecoveryAction.DRAIN_AND_RESET);
            default -> Optional.empty();
        };
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > 120 ? line.substring(0, 120) + "…" : line;
    }
}
