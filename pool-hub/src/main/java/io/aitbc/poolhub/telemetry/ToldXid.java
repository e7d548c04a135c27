package io.aitbc.poolhub.telemetry;

import io.aitbc.gpu.health.XidEvent;

/** An XID, and which miner told it. */
public record ToldXid(String minerId, XidEvent event) {}
