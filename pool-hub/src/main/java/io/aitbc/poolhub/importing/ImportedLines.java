package io.aitbc.poolhub.importing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.importing.ImportKind.Row;
import io.aitbc.service.web.NdJson;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads lines, and tells those that can be taken from those that cannot. */
@Component
class ImportedLines {

    static final int MOST_LINES = 10_000;

    /** Good rows by line number, in the order in which they came, and why the others are not taken. */
    record Parsed<T>(Map<Integer, T> good, List<History.Refused> refused, int received) {}

    private final ImportedRows rows;
    private final ObjectMapper json;
    private final Clock clock;

    ImportedLines(ImportedRows rows, ObjectMapper json, Clock clock) {
        this.rows = rows;
        this.json = json;
        this.clock = clock;
    }

    /** @throws IOException when the body breaks off */
    <T extends Row> Parsed<T> parse(InputStream body, Class<T> type, Function<T, @Nullable String> minerOf)
            throws IOException {
        Instant now = clock.instant();
        Map<Integer, T> good = new LinkedHashMap<>();
        List<History.Refused> refused = new ArrayList<>();
        int[] received = {0};
        NdJson.read(body, json, type, MOST_LINES, line -> {
            received[0]++;
            T row = line.value();
            String fault = row == null ? line.error() : row.fault(now);
            if (fault == null && row != null) {
                good.put(line.number(), row);
            } else {
                refused.add(new History.Refused(line.number(), String.valueOf(fault)));
            }
        });
        refuseUnknownMiners(good, refused, minerOf);
        return new Parsed<>(good, refused, received[0]);
    }

    private <T> void refuseUnknownMiners(
            Map<Integer, T> good, List<History.Refused> refused, Function<T, @Nullable String> minerOf) {
        Set<String> named = new HashSet<>();
        good.values().forEach(row -> {
            String miner = minerOf.apply(row);
            if (miner != null) {
                named.add(miner.replace("\0", ""));
            }
        });
        if (named.isEmpty()) {
            return;
        }
        Set<String> known = rows.known(named);
        good.entrySet().removeIf(entry -> {
            String miner = minerOf.apply(entry.getValue());
            boolean unknown = miner != null && !known.contains(miner);
            if (unknown) {
                refused.add(new History.Refused(entry.getKey(), "There is no such miner; register it first."));
            }
            return unknown;
        });
    }
}
