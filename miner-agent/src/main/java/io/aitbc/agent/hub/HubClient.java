package io.aitbc.agent.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** The calls of a miner's life. */
public final class HubClient {

    private final ServiceClient service;
    private final String enrollmentToken;
    private final Duration deadline;
    private final Runnable beaten;

    /** @param deadline how long the hub may take for an answer */
    public HubClient(ServiceClient service, String enrollmentToken, Duration deadline) {
        this(service, enrollmentToken, deadline, () -> {});
    }

    /**
     * @param deadline how long the hub may take for an answer
     * @param beaten run after each heartbeat that the hub took, by any thread
     */
    public HubClient(ServiceClient service, String enrollmentToken, Duration deadline, Runnable beaten) {
        this.service = service;
        this.enrollmentToken = enrollmentToken;
        this.deadline = deadline;
        this.beaten = beaten;
    }

    /** Enrols a miner, or introduces it again: the hub knows an enrolled one by the key in the registration. */
    public CompletableFuture<Reply> register(Registration miner) {
        return service.post("/v1/miners/register", enrollmentToken, miner, deadline);
    }

    /** Asks what there is to do; the hub waits with its answer until there is something, or the time is over. */
    public CompletableFuture<Reply> orders(String minerKey, Duration wait) {
        return service.get("/v1/miners/orders?wait=" + wait.toSeconds(), minerKey, deadline.plus(wait));
    }

    /** Tells what became of a job; said twice it is said once. */
    public CompletableFuture<Reply> tell(String minerKey, String jobId, Object news, Instant now) {
        ObjectNode body = Json.MAPPER.valueToTree(news);
        body.put("sent_at", now.toString());
        return service.post("/v1/jobs/" + jobId + "/events", minerKey, body, deadline);
    }

    public CompletableFuture<Reply> beat(Registration miner, Heartbeat heartbeat) {
        return service.post("/v1/miners/heartbeat", miner.apiKey(), heartbeat, deadline)
                .thenApply(reply -> {
                    if (reply instanceof Reply.Accepted) {
                        beaten.run();
                    }
                    return reply;
                });
    }
}
