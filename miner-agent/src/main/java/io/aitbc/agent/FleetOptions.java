package io.aitbc.agent;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the simulated fleet is told besides. */
final class FleetOptions {

    @Option(
            names = "--simulate",
            paramLabel = "N",
            description = "Be N invented miners, sim-0001 and on, instead of this machine (MINER_AGENT_SIMULATE).")
    @Nullable
    Integer miners;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "The same seed makes the same miners with the same past (MINER_AGENT_SEED; default: 1).")
    long seed = 1;

    @Option(
            names = "--speed",
            paramLabel = "X",
            defaultValue = "60",
            description = "The jobs that the fleet submits by itself take 1/X of the time that such jobs take, and are "
                    + "billed for the time that they really took; simulated_seconds of a job are real ones "
                    + "(MINER_AGENT_SPEED; default: 60).")
    double speed = 60;

    @Option(
            names = "--coordinator",
            paramLabel = "URL",
            description = "Where the coordinator is, to create the demo tenants; without it the fleet works for nobody "
                    + "and is not billed (COORDINATOR_URL or COORDINATOR_BILLING_URL).")
    @Nullable
    String coordinator;

    @Option(
            names = "--hub-operator-key",
            paramLabel = "KEY",
            description = "The hub's operator key, to import the past and to ask for matches; without it the fleet "
                    + "only beats (POOLHUB_OPERATOR_KEY).")
    @Nullable
    String hubOperatorKey;

    @Option(
            names = "--coordinator-operator-key",
            paramLabel = "KEY",
            description = "The coordinator's operator key, to create the demo tenants (COORDINATOR_OPERATOR_KEY).")
    @Nullable
    String coordinatorOperatorKey;

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "Written once all miners beat and their past is imported; removed at the start.")
    @Nullable
    Path readyFile;
}
