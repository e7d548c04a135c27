package io.aitbc.poolhub.telemetry;

import io.aitbc.gpu.telemetry.GpuSample;

/** A sample, and which miner told it. */
public record Told(String minerId, GpuSample sample) {}
