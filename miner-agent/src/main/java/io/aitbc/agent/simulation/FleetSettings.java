package io.aitbc.agent.simulation;

import io.aitbc.agent.hub.ServiceUrl;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the fleet is to be.
 *
 * @param speed by what simulated durations are divided; the clock stays the real one
 * @param hubOperatorKey null for a fleet that only beats
 */
public record FleetSettings(
        int miners,
        long seed,
        double speed,
        @Nullable ServiceUrl coordinator,
        @Nullable String hubOperatorKey,
        @Nullable String coordinatorOperatorKey,
        @Nullable Path readyFile) {}
