package io.aitbc.poolhub.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.sla.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A violation as one tells it: what happened, how bad it was, how it ended. */
record Story(Violation violation, List<String> sentences) {

    static Story of(Violation violation, Instant now, Show show, ObjectMapper json) {
        List<String> told = new ArrayList<>();
        boolean more = violation.violationType().equals("response_time_ms");
        String unit = more ? " ms" : " %";
        told.add("From " + show.time(violation.createdAt()) + " on, " + show.words(violation.violationType())
                + " was " + (more ? "above " : "below ") + show.number(violation.threshold()) + unit + "; at its worst "
                + show.number(violation.metricValue()) + unit + ".");
        JsonNode measured = read(violation.metadata(), json);
        if (measured.path("sample_size").isNumber() && measured.path("coverage").isNumber()) {
            told.add("When it was found, "
                    + show.number(measured.path("sample_size").numberValue())
                    + " measurements told so, and "
                    + show.share(measured.path("coverage").doubleValue())
                    + " of the window was known.");
        }
        if (violation.resolvedAt() != null) {
            told.add("It ended at " + show.time(violation.resolvedAt()) + ", after "
                    + show.millis(violation.violationDurationMs()) + ".");
        } else if (!violation.status().equals("EXCUSED")) {
            told.add("It has lasted for " + show.length(Duration.between(violation.createdAt(), now)) + ".");
        }
        if (violation.excusedAt() != null) {
            told.add("Excused by " + violation.excusedBy() + " at " + show.time(violation.excusedAt()) + ": "
                    + violation.excuseReason());
        }
        return new Story(violation, told);
    }

    private static JsonNode read(String metadata, ObjectMapper json) {
        try {
            return json.readTree(metadata);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metadata is JSON", e);
        }
    }
}
