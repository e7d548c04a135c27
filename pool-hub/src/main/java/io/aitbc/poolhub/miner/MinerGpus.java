package io.aitbc.poolhub.miner;

import java.time.Clock;
import java.util.Collection;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** How many GPUs of each miner may get no work. */
@Component
public class MinerGpus {

    private final JdbcClient jdbc;
    private final FleetView fleet;
    private final Clock clock;

    MinerGpus(JdbcClient jdbc, FleetView fleet, Clock clock) {
        this.jdbc = jdbc;
        this.fleet = fleet;
        this.clock = clock;
    }

    /** Notes it, in the transaction of what makes it so. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void out(String minerId, int gpus) {
        jdbc.sql("""
                UPDATE miner_status SET gpus_out = :gpus, touched_at = :now WHERE miner_id = :miner AND gpus_out <> :gpus
                """)
                .param("now", StateIntervals.utc(clock.instant()))
                .param("miner", minerId)
                .param("gpus", gpus)
                .update();
    }

    /** Lets matching see it at once, after the commit. */
    public void changed(Collection<String> minerIds) {
        fleet.refresh(minerIds);
    }
}
