package io.aitbc.gpu.rules;

import java.util.List;
import java.util.stream.Collectors;

/** A rule file cannot be used. All that is wrong with it is named, each with its line. */
public final class InvalidRules extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * One thing that is wrong.
     *
     * @param line in the file, from 1; 0 when it concerns the whole
     * @param reason a clause that names the key and what it must be
     */
    public record Fault(int line, String reason) {
        @Override
        public String toString() {
            return line == 0 ? reason : "line " + line + ": " + reason;
        }
    }

    private final transient List<Fault> faults;

    InvalidRules(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("; ")));
        this.faults = List.copyOf(faults);
    }

    /** All that is wrong, in the order of the lines. */
    public List<Fault> faults() {
        return faults;
    }
}
