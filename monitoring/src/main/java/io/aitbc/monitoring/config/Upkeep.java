package io.aitbc.monitoring.config;

import io.aitbc.service.web.Problem;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionException;

/**
 * Looks every few seconds, from the start on, whether Prometheus runs what the database holds. A failure is told once; after one it
 * pauses for a minute, so that a configuration that Prometheus does not take is not tried again and again.
 */
class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    /** Passes of ten seconds. */
    private static final int PAUSE = 6;

    private final WrittenFor written;
    private String told = "";
    private int pause;

    Upkeep(WrittenFor written) {
        this.written = written;
    }

    @Scheduled(fixedDelayString = "PT10S", initialDelayString = "PT1S")
    public void look() {
        if (pause > 0) {
            pause--;
            return;
        }
        Optional<String> fault;
        try {
            fault = written.mend();
        } catch (DataAccessException | TransactionException | Problem e) {
            fault = Optional.of(e.toString());
        }
        if (fault.isPresent()) {
            pause = PAUSE;
            if (!told.equals(fault.get())) {
                LOG.warn("Prometheus does not run what it should, which is tried again: {}", fault.get());
            }
        }
        told = fault.orElse("");
    }
}
