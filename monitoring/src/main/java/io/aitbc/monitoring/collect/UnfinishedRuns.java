package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.session.Session;
import io.aitbc.monitoring.session.SessionDetails;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The runs of a session that are not over, in its status. */
@Component
class UnfinishedRuns implements SessionDetails {

    /** One of them; the run itself says more. */
    record View(UUID runId, RunState state, Instant startTime, Instant endTime, Instant dueAt) {

        static View of(Run run) {
            return new View(run.runId(), run.state(), run.start(), run.end(), run.dueAt());
        }
    }

    private final Runs runs;

    UnfinishedRuns(Runs runs) {
        this.runs = runs;
    }

    @Override
    public String name() {
        return "unfinished_runs";
    }

    @Override
    public List<View> of(Session session) {
        return runs.unfinished(session.sessionId()).stream().map(View::of).toList();
    }

    @Override
    public List<String> unfinished(String sessionId) {
        return runs.unfinished(sessionId).stream()
                .map(run -> run.runId().toString())
                .toList();
    }
}
