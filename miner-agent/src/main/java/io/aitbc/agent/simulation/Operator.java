package io.aitbc.agent.simulation;

import io.aitbc.agent.hub.Reply;
import io.aitbc.agent.hub.ServiceClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Speaks with a service by an operator's key. */
final class Operator {

    private static final Logger LOG = LoggerFactory.getLogger(Operator.class);
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration FIRST_WAIT = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final ServiceClient service;
    private final String key;

    Operator(ServiceClient service, String key) {
        this.service = service;
        this.key = key;
    }

    CompletableFuture<Reply> post(String path, Object body) {
        return service.post(path, key, body, DEADLINE);
    }

    /** Asks until the service says yes or no, however long it is away; only for what may safely be said twice. */
    Reply insist(String path, Object body) throws InterruptedException {
        return insist(path, () -> post(path, body), Integer.MAX_VALUE);
    }

    /** As above, but takes silence for an answer after a few attempts. */
    Reply ask(String path, Object body) throws InterruptedException {
        return insist(path, () -> post(path, body), 6);
    }

    Reply insistOnLines(String path, String lines) throws InterruptedException {
        return insist(path, () -> service.postLines(path, key, lines, DEADLINE), Integer.MAX_VALUE);
    }

    private interface Call {
        CompletableFuture<Reply> make();
    }

    private static Reply insist(String path, Call call, int attempts) throws InterruptedException {
        Duration wait = FIRST_WAIT;
        for (int attempt = 1; ; attempt++) {
            Reply reply = await(call.make());
            if (!(reply instanceof Reply.Unavailable unavailable) || attempt >= attempts) {
                return reply;
            }
            if (attempt == 1) {
                LOG.info("{}: {}. Trying again.", path, unavailable.why());
            }
            Duration asked = unavailable.retryAfter();
            Thread.sleep((asked == null ? wait : asked).toMillis());
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
        }
    }

    private static Reply await(CompletableFuture<Reply> reply) throws InterruptedException {
        try {
            return reply.get(DEADLINE.plusSeconds(1).toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException never) {
            throw new IllegalStateException("a reply neither came nor timed out", never);
        }
    }
}
