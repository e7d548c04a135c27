package io.aitbc.monitoring.target;

import io.aitbc.monitoring.session.Session;
import io.aitbc.monitoring.session.SessionDetails;
import java.util.List;
import org.springframework.stereotype.Component;

/** The targets of a session, in its status. */
@Component
class TargetDetails implements SessionDetails {

    private final Targets targets;
    private final TargetWatch watch;

    TargetDetails(Targets targets, TargetWatch watch) {
        this.targets = targets;
        this.watch = watch;
    }

    @Override
    public String name() {
        return "targets";
    }

    @Override
    public List<TargetView> of(Session session) {
        List<Target> all = targets.of(session.sessionId());
        if (all.isEmpty()) {
            return List.of();
        }
        Sightings seen = watch.look().orElse(Sightings.NONE);
        return all.stream().map(target -> TargetView.of(target, seen)).toList();
    }
}
