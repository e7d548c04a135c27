package io.aitbc.agent.work;

import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.hub.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the hub what happened to jobs, in order, each until the hub has it: however long the hub is away, and then one at a
 * time. Only for the timing's thread.
 */
public final class Messenger {

    private static final Logger LOG = LoggerFactory.getLogger(Messenger.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final HubClient hub;
    private final String minerKey;
    private final Timing timing;
    private final Consumer<JobNews> unwanted;
    private final Runnable changed;
    private final Deque<JobNews> untold = new ArrayDeque<>();
    private boolean underWay;
    private Duration wait = FIRST_WAIT;

    /**
     * Tells nothing yet.
     *
     * @param unwanted what is done when the hub answers that the job is not to go on
     * @param changed what is done when there is less to tell
     */
    public Messenger(HubClient hub, String minerKey, Timing timing, Consumer<JobNews> unwanted, Runnable changed) {
        this.hub = hub;
        this.minerKey = minerKey;
        this.timing = timing;
        this.unwanted = unwanted;
        this.changed = changed;
    }

    /** Takes up what a run before did not get told. */
    void resume(Collection<JobNews> news) {
        untold.addAll(news);
        next();
    }

    void tell(JobNews news) {
        untold.addLast(news);
        next();
    }

    /** What the hub does not know yet. */
    List<JobNews> untold() {
        return List.copyOf(untold);
    }

    private void next() {
        JobNews news = untold.peekFirst();
        if (underWay || news == null) {
            return;
        }
        underWay = true;
        timing.whenDone(hub.tell(minerKey, news.jobId(), news, timing.now()), reply -> answered(news, reply));
    }

    private void answered(JobNews news, Reply reply) {
        underWay = false;
        if (reply instanceof Reply.Unavailable unavailable) {
            Duration asked = unavailable.retryAfter();
            timing.after(asked == null ? wait : asked, this::next);
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
            return;
        }
        wait = FIRST_WAIT;
        if (reply instanceof Reply.Refused refused && (refused.status() == 401 || refused.status() == 403)) {
            // The miner registers again with its next heartbeat; then its word counts.
            timing.after(LONGEST_WAIT, this::next);
            return;
        }
        untold.removeFirst();
        try {
            changed.run();
        } catch (RuntimeException e) {
            LOG.error("That {} was told could not be written down: it may be told again", news.jobId(), e);
        }
        if (reply instanceof Reply.Refused refused) {
            LOG.warn("The hub will not hear that {} has {}: {}", news.jobId(), news.type(), refused.detail());
        }
        boolean goesOn = reply instanceof Reply.Accepted accepted
                && accepted.body().path("go_on").asBoolean(true);
        if (news.type().equals("started") && !goesOn) {
            unwanted.accept(news);
        }
        next();
    }
}
