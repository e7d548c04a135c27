package io.aitbc.gpu.rules;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is done about each XID, the error codes of NVIDIA's driver. The base is NVIDIA's own catalogue ("Analyzing Xid
 * errors with the Xid catalog"); an operator may override any entry with a reason.
 *
 * @param version of the base table, with the overrides that were applied named by the rule file's own version
 */
public record XidPolicy(String version, Map<Integer, Entry> entries) {

    /** Whose fault an XID is, as far as its code tells. */
    public enum Origin {
        APPLICATION,
        HARDWARE
    }

    /**
     * One code.
     *
     * @param resolution what NVIDIA's catalogue says to do at once, such as {@code RESET_GPU}
     * @param reason why this action
     */
    public record Entry(int xid, String mnemonic, String resolution, Action action, Origin origin, String reason) {}

    public XidPolicy {
        entries = Map.copyOf(entries);
    }

    /** What is known about a code; empty for one that the catalogue does not name. */
    public Optional<Entry> find(int xid) {
        return Optional.ofNullable(entries.get(xid));
    }

    /** What is done about a code: people are told of one that the catalogue does not name. 0 is no XID. */
    public Action action(int xid) {
        if (xid == 0) {
            return Action.RECORD;
        }
        Entry entry = entries.get(xid);
        return entry == null ? Action.NOTIFY : entry.action();
    }

    /** With an operator's own decisions. */
    XidPolicy with(Map<Integer, Entry> overrides) {
        Map<Integer, Entry> all = new TreeMap<>(entries);
        all.putAll(overrides);
        return new XidPolicy(version, all);
    }
}
