package io.aitbc.poolhub.match;

import io.aitbc.poolhub.miner.FleetView;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Lets trust follow from outcomes that did not come as feedback, but as history. */
@Service
public class TrustHistory {

    private final Outcomes outcomes;
    private final FleetView fleet;
    private final Clock clock;

    TrustHistory(Outcomes outcomes, FleetView fleet, Clock clock) {
        this.outcomes = outcomes;
        this.fleet = fleet;
        this.clock = clock;
    }

    /**
     * Moves the miners' trust by outcomes that the caller's transaction has written, each with the weight that its age leaves
     * it, whatever the order in which they come; matching sees it once the transaction is committed.
     *
     * @param outcomeIds ids in {@code job_outcomes}, each of which must be told once and never again
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void learn(Collection<UUID> outcomeIds) {
        if (outcomeIds.isEmpty()) {
            return;
        }
        List<Outcomes.Ended> ended = outcomes.ended(outcomeIds);
        Map<String, Trust> known = outcomes.trustForChange(
                ended.stream().map(Outcomes.Ended::minerId).toList(), clock.instant());
        for (Outcomes.Ended one : ended) {
            known.computeIfPresent(one.minerId(), (miner, trust) -> trust.after(one.completed(), one.at()));
        }
        outcomes.save(known);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                known.forEach((miner, trust) ->
                        fleet.trust(miner, trust.successes(), trust.failures(), Objects.requireNonNull(trust.at())));
            }
        });
    }
}
