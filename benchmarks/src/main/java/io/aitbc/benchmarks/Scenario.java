package io.aitbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;

/** One question to the real services. */
interface Scenario {

    /**
     * Starts what it needs, measures, and stops it.
     *
     * @param quick whether to be done in a minute at the price of more noise
     */
    void run(Servers servers, Report report, boolean quick) throws SQLException, IOException, InterruptedException;
}
