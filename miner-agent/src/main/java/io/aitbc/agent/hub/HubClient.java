package io.aitbc.agent.hub;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The two calls of a miner's life. */
public final class HubClient {

    private final ServiceClient service;
    private final String enrollmentToken;
    private final Duration deadline;

    /** @param deadline how long the hub may take for an answer */
    public HubClient(ServiceClient service, String enrollmentToken, Duration deadline) {
        this.service = service;
        this.enrollmentToken = enrollmentToken;
        this.deadline = deadline;
    }

    /** Enrols a miner, or introduces it again: the hub knows an enrolled one by the key in the registration. */
    public CompletableFuture<Reply> register(Registration miner) {
        return service.post("/v1/miners/register", enrollmentToken, miner, deadline);
    }

    public CompletableFuture<Reply> beat(Registration miner, Heartbeat heartbeat) {
        return service.post("/v1/miners/heartbeat", miner.apiKey(), heartbeat, deadline);
    }
}
