package io.aitbc.coordinator.usage;

import java.util.List;

/** What became of the events of a request, in its order. */
record IngestReport(int accepted, int duplicates, int conflicts, int rejected, List<EventResult> results) {

    static IngestReport of(List<EventResult> results) {
        int[] count = new int[Verdict.values().length];
        for (EventResult result : results) {
            count[result.verdict().ordinal()]++;
        }
        return new IngestReport(
                count[Verdict.ACCEPTED.ordinal()],
                count[Verdict.DUPLICATE.ordinal()],
                count[Verdict.CONFLICT.ordinal()],
                count[Verdict.REJECTED.ordinal()],
                results);
    }
}
