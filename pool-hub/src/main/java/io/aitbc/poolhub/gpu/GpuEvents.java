package io.aitbc.poolhub.gpu;

/** What happened to GPUs, told to other features within the transaction in which it happened. */
public final class GpuEvents {

    private GpuEvents() {}

    /** Work on this GPU is to be moved elsewhere. */
    public record WorkMustMove(String gpuUuid, String minerId, String cause) {}
}
