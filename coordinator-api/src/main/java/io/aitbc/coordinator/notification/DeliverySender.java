package io.aitbc.coordinator.notification;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Sends what is due, several at once, few of them to the same peer: one that hangs holds up only its own. Every replica does so;
 * the queue's leases keep them apart. No transaction is open while a message is on its way.
 */
class DeliverySender {

    /** How many messages a replica has on their way at once. */
    static final int WORKERS = 16;
    /** How many of them go to one peer. */
    static final int PER_PEER = 4;
    /** Longer than any courier takes, a slow look-up of a name included. */
    static final Duration LEASE = Duration.ofMinutes(3);

    /** How long it waits before it tries again to write down what became of a delivery; all in all less than the lease has left. */
    private static final int[] PAUSES_MS = {200, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000};

    static final String NO_ROUTE = "Its route was deleted, or leads to another channel now.";

    private static final Logger LOG = LoggerFactory.getLogger(DeliverySender.class);

    private final DeliveryQueue queue;
    private final Map<Channel, Courier> couriers;
    private final NotificationSettings settings;
    private final DeliveryMeters meters;
    private final Executor workers;
    private final Clock clock;
    private final AtomicInteger asked = new AtomicInteger();
    private final PeerWatch peers = new PeerWatch(PER_PEER);

    DeliverySender(
            DeliveryQueue queue,
            Map<Channel, Courier> couriers,
            NotificationSettings settings,
            DeliveryMeters meters,
            Executor workers,
            Clock clock) {
        this.queue = queue;
        this.couriers = Map.copyOf(couriers);
        this.settings = settings;
        this.meters = meters;
        this.workers = workers;
        this.clock = clock;
    }

    /**
     * Starts as much as is due and there are hands for; does not wait for it. Whoever calls while another thread is at it leaves
     * the work to that one, which then looks once more.
     */
    void dispatch() {
        if (asked.getAndIncrement() > 0) {
            return;
        }
        boolean isDone = false;
        try {
            int seen;
            do {
                seen = asked.get();
                fill();
            } while (!asked.compareAndSet(seen, 0));
            isDone = true;
        } finally {
            if (!isDone) {
                // Whatever went wrong, the next one who asks looks again.
                asked.set(0);
            }
        }
    }

    private void fill() {
        int room = WORKERS - peers.underWay();
        if (room > 0) {
            Instant now = clock.instant();
            queue.claim(room, PER_PEER, peers.busy(now), settings.hasMail(), LEASE, now)
                    .forEach(this::start);
        }
    }

    private void start(Letter letter) {
        peers.left(letter.peer());
        try {
            workers.execute(() -> carry(letter));
        } catch (RejectedExecutionException e) {
            peers.arrived(letter.peer());
            queue.release(letter);
        }
    }

    private void carry(Letter letter) {
        try {
            settle(letter, attempt(letter));
        } catch (RuntimeException e) {
            // Its lease ends, and somebody sends it again.
            LOG.warn("What became of the delivery {} could not be written down: {}", letter.deliveryId(), e.toString());
        } finally {
            peers.arrived(letter.peer());
        }
        try {
            dispatch();
        } catch (RuntimeException e) {
            LOG.warn("The queue of notifications cannot be read: {}", e.toString());
        }
    }

    private Outcome attempt(Letter letter) {
        Courier courier = couriers.get(letter.channel());
        if (courier == null || letter.target() == null) {
            return new Outcome.Refused(NO_ROUTE);
        }
        if (letter.attempts() > settings.maxAttempts()) {
            return new Outcome.Refused("Each attempt was cut off by the end of this service.");
        }
        try {
            return courier.deliver(letter, letter.target());
        } catch (RuntimeException e) {
            LOG.error("The delivery {} failed unexpectedly", letter.deliveryId(), e);
            return new Outcome.Failed("Something failed here; the log has it under the delivery's id.");
        }
    }

    private void settle(Letter letter, Outcome outcome) {
        Instant now = clock.instant();
        boolean isBack = peers.heard(letter.peer(), outcome, now);
        DeliveryDecision decision = DeliveryDecision.of(
                outcome,
                letter.attempts(),
                settings.maxAttempts(),
                now,
                ThreadLocalRandom.current().nextDouble());
        if (!isWritten(letter, decision, now)) {
            LOG.warn("The lease of the delivery {} ended before it was done; it may arrive twice", letter.deliveryId());
        }
        meters.count(letter.channel(), decision);
        if (decision instanceof DeliveryDecision.Dead dead) {
            LOG.warn("The delivery {} by {} is dead: {}", letter.deliveryId(), letter.channel(), dead.reason());
        }
        if (isBack) {
            hurry(letter, now);
        }
    }

    private void hurry(Letter letter, Instant now) {
        try {
            int due = queue.hurry(letter.peer(), now);
            LOG.info("A peer of {} works again; {} messages that were put off are due", letter.channel(), due);
        } catch (DataAccessException e) {
            LOG.warn("What was put off for a peer of {} waits for its time: {}", letter.channel(), e.toString());
        }
    }

    /**
     * False when somebody else has it now. The database may be away for a while, as it is when a standby takes over; what was sent and
     * not written down would be sent again.
     */
    private boolean isWritten(Letter letter, DeliveryDecision decision, Instant now) {
        for (int tries = 0; ; tries++) {
            try {
                // A try that failed may have been written all the same.
                return queue.settle(letter, decision, now) || tries > 0;
            } catch (DataAccessException e) {
                if (tries == PAUSES_MS.length || !pause(PAUSES_MS[tries])) {
                    throw e;
                }
            }
        }
    }

    private static boolean pause(int millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
