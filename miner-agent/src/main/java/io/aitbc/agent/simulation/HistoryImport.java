package io.aitbc.agent.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.agent.hub.Json;
import io.aitbc.agent.hub.Reply;
import io.aitbc.agent.simulation.FleetState.Cohort;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a cohort's past to the hub through its import API, in the order in which it happened: first all but the last
 * hour, upon which the hub finds what was bad then, and afterwards the hour since the repairs, upon which it finds that
 * some of it is good again.
 */
final class HistoryImport {

    private static final Logger LOG = LoggerFactory.getLogger(HistoryImport.class);
    private static final int LINES_PER_CALL = 5_000;

    private final Operator hub;
    private final Map<String, Buffer> buffers = new TreeMap<>();
    private long stored;
    private long known;
    private long rejected;

    HistoryImport(Operator hub) {
        this.hub = hub;
    }

    /**
     * Imports everything.
     *
     * @return false when the hub refuses to have it
     */
    boolean run(long seed, Cohort cohort) throws InterruptedException {
        FactIds ids = new FactIds(seed, cohort.anchor());
        Instant repaired = cohort.anchor().minus(MinerHistory.SINCE_REPAIR);
        boolean done = part(ids, cohort, row -> row.at().isBefore(repaired))
                && accepted(hub.insist("/sla/metrics/collect", Map.of()))
                && part(ids, cohort, row -> !row.at().isBefore(repaired))
                && accepted(hub.insist("/sla/metrics/collect", Map.of()));
        if (done) {
            LOG.info(
                    "The past of miners {} to {} is imported: {} rows stored, {} already there, {} rejected.",
                    cohort.first(),
                    cohort.last(),
                    stored,
                    known,
                    rejected);
        }
        return done;
    }

    private boolean part(FactIds ids, Cohort cohort, Predicate<HistoryRow> wanted) throws InterruptedException {
        SnapshotHistory pool = new SnapshotHistory(ids);
        for (int number = cohort.first(); number <= cohort.last(); number++) {
            MinerHistory miner = new MinerHistory(SimulatedMiner.of(ids.seed(), number), ids);
            pool.add(miner);
            boolean taken = add("intervals", miner.intervals(), wanted)
                    && add("match-results", miner.matchResults(), wanted)
                    && add("outcomes", miner.outcomes(), wanted)
                    && add("usage?bill=true", miner.usage(), wanted);
            if (!taken) {
                return false;
            }
        }
        // The pool's own past is that of the miners that founded it.
        return (cohort.first() > 1 || add("snapshots", pool.rows(), wanted)) && sendAll();
    }

    private boolean add(String kind, List<? extends HistoryRow> rows, Predicate<HistoryRow> wanted)
            throws InterruptedException {
        Buffer buffer = buffers.computeIfAbsent(kind, k -> new Buffer());
        for (HistoryRow row : rows) {
            if (wanted.test(row)) {
                buffer.lines.append(Json.write(row)).append('\n');
                buffer.count++;
                if (buffer.count == LINES_PER_CALL && !send(kind, buffer)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean sendAll() throws InterruptedException {
        for (Map.Entry<String, Buffer> entry : buffers.entrySet()) {
            if (entry.getValue().count > 0 && !send(entry.getKey(), entry.getValue())) {
                return false;
            }
        }
        return true;
    }

    private boolean send(String kind, Buffer buffer) throws InterruptedException {
        Reply reply = hub.insistOnLines("/v1/import/" + kind, buffer.lines.toString());
        buffer.lines.setLength(0);
        buffer.count = 0;
        if (reply instanceof Reply.Accepted answer) {
            stored += answer.body().path("inserted").asLong();
            known += answer.body().path("duplicates").asLong();
            JsonNode refused = answer.body().path("rejected");
            rejected += refused.size();
            if (!refused.isEmpty()) {
                LOG.warn("{} {} rejected, the first: {}", refused.size(), kind, refused.get(0));
            }
        }
        return accepted(reply);
    }

    private static boolean accepted(Reply reply) {
        if (reply instanceof Reply.Refused refused) {
            LOG.error("The past is not imported: {}", refused.detail());
            return false;
        }
        return true;
    }

    private static final class Buffer {
        private final StringBuilder lines = new StringBuilder();
        private int count;
    }
}
