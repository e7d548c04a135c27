package io.aitbc.gpu.rules;

import io.aitbc.gpu.rules.XidPolicy.Entry;
import io.aitbc.gpu.rules.XidPolicy.Origin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** NVIDIA's catalogue as a policy: its immediate resolution decides. */
final class XidCatalog {

    /** When the catalogue was read. */
    static final String VERSION = "nvidia-2025-10";

    private XidCatalog() {}

    static XidPolicy policy() {
        Map<Integer, Entry> entries = new TreeMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(XidCatalog.class.getResourceAsStream("xid-catalog.tsv")),
                StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] cells = line.split("\t", -1);
                int xid = Integer.parseInt(cells[0]);
                entries.put(xid, entry(xid, cells[1], cells[2]));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new XidPolicy(VERSION, entries);
    }

    private static Entry entry(int xid, String mnemonic, String resolution) {
        Action action = action(resolution);
        // A restart of the application is what its own mistakes need; where the GPU must be reset, it is the GPU's.
        Origin origin = resolution.equals("RESTART_APP") ? Origin.APPLICATION : Origin.HARDWARE;
        return new Entry(xid, mnemonic, resolution, action, origin, "catalogue says " + resolution);
    }

    private static Action action(String resolution) {
        return switch (resolution) {
            case "RESET_GPU", "RESTART_BM", "WORKFLOW_XID_48", "WORKFLOW_NVLINK_ERR", "WORKFLOW_NVLINK5_ERR" ->
                Action.QUARANTINE;
            case "IGNORE" -> Action.RECORD;
            // The application's errors, and what a person has to look into.
            default -> Action.NOTIFY;
        };
    }
}
