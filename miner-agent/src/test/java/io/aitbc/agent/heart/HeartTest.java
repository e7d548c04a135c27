package io.aitbc.agent.heart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.aitbc.agent.heart.Heart.Next;
import io.aitbc.agent.hub.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeartTest {

    private static final Reply AWAY = new Reply.Unavailable(null, "no connection");
    private static final Reply UNKNOWN_KEY = new Reply.Refused(401, "unauthorized", "unknown key");

    private final Heart heart = new Heart(new Random(7));

    @Test
    void theFirstBeatFollowsTheRegistrationAtOnce() {
        assertThat(heart.registered(accepted(0))).isEqualTo(new Next.Beat(Duration.ZERO));
    }

    @Test
    void beatsAtTheIntervalThatTheHubAsksForOrUpToATenthSooner() {
        for (int i = 0; i < 1000; i++) {
            Next.Beat next = (Next.Beat) heart.beaten(accepted(20));
            assertThat(next.in()).isBetween(Duration.ofSeconds(18), Duration.ofSeconds(20));
        }
    }

    @Test
    void anIntervalThatMakesNoSenseChangesNothing() {
        heart.beaten(accepted(20));
        for (double odd : new double[] {0, -5, Double.NaN}) {
            assertThat(((Next.Beat) heart.beaten(accepted(odd))).in())
                    .isBetween(Duration.ofSeconds(18), Duration.ofSeconds(20));
        }
        assertThat(((Next.Beat) heart.beaten(accepted(1e300))).in()).isLessThanOrEqualTo(Duration.ofHours(1));
    }

    @Test
    void theWaitGrowsToTwiceTheIntervalWhileTheHubIsAway() {
        heart.beaten(accepted(20));
        for (int failure = 0; failure < 60; failure++) {
            Next.Wait next = (Next.Wait) heart.beaten(AWAY);
            Duration bound = Duration.ofSeconds(Math.min(40, 1L << Math.min(failure, 6)));
            assertThat(next.in()).isBetween(Duration.ofMillis(100), bound);
        }
    }

    @Test
    void retryAfterIsHonouredAndSpreadOverAnInterval() {
        heart.beaten(accepted(20));
        Reply busy = new Reply.Unavailable(Duration.ofSeconds(90), "busy");
        for (int i = 0; i < 100; i++) {
            assertThat(((Next.Wait) heart.beaten(busy)).in())
                    .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(110));
        }
    }

    @Test
    void registersAgainAtOnceWhenTheHubDoesNotKnowTheMiner() {
        assertThat(heart.beaten(UNKNOWN_KEY)).isEqualTo(new Next.Register(Duration.ZERO, "unknown key"));
    }

    @Test
    void doesNotRunInCirclesWhenTheHubTakesRegistrationsButNoHeartbeats() {
        heart.beaten(UNKNOWN_KEY);
        Duration waited = Duration.ZERO;
        for (int i = 0; i < 20; i++) {
            waited = waited.plus(((Next.Beat) heart.registered(accepted(0))).in());
            waited = waited.plus(((Next.Register) heart.beaten(UNKNOWN_KEY)).in());
        }
        assertThat(waited).isGreaterThan(Duration.ofMinutes(3));
    }

    @Test
    void waitsForApproval() {
        Next next = heart.beaten(new Reply.Refused(403, "not-approved", "wait for an operator"));
        assertThat(next).isInstanceOf(Next.Wait.class);
    }

    @Test
    void givesUpOnWhatOnlyAPersonCanMend() {
        assertThat(heart.registered(new Reply.Refused(401, "", "bad token")))
                .isEqualTo(new Next.GiveUp(GivenUp.TOKEN_REFUSED, "bad token"));
        assertThat(heart.registered(new Reply.Refused(409, "", "other key")))
                .isEqualTo(new Next.GiveUp(GivenUp.ID_TAKEN, "other key"));
        assertThat(heart.registered(new Reply.Refused(403, "not-your-miner", "other key")))
                .isEqualTo(new Next.GiveUp(GivenUp.ID_TAKEN, "other key"));
        assertThat(heart.registered(new Reply.Refused(422, "", "negative price")))
                .isEqualTo(new Next.GiveUp(GivenUp.REGISTRATION_REFUSED, "negative price"));
    }

    /** A thousand miners, a hub that is away for an hour: all beats of that time, by the second. */
    @Test
    void anHourAwayIsFollowedByNoFlood() {
        int miners = 1000;
        int interval = 15;
        long awayFrom = 60_000;
        long awayTo = awayFrom + 3_600_000;
        long end = awayTo + 120_000;
        record Due(long at, Heart heart) implements Comparable<Due> {
            @Override
            public int compareTo(Due other) {
                return Long.compare(at, other.at);
            }
        }
        PriorityQueue<Due> queue = new PriorityQueue<>();
        for (int i = 0; i < miners; i++) {
            queue.add(new Due(i * 15L, new Heart(new Random(i))));
        }
        int[] beats = new int[(int) (end / 1000) + 1];
        List<Long> firstBack = new ArrayList<>();
        while (!queue.isEmpty() && queue.peek().at() < end) {
            Due due = queue.remove();
            boolean away = due.at() >= awayFrom && due.at() < awayTo;
            beats[(int) (due.at() / 1000)]++;
            Next next = due.heart().beaten(away ? AWAY : accepted(interval));
            long in = next instanceof Next.Beat beat
                    ? beat.in().toMillis()
                    : ((Next.Wait) next).in().toMillis();
            queue.add(new Due(due.at() + Math.max(1, in), due.heart()));
            if (due.at() >= awayTo) {
                firstBack.add(due.at() - awayTo);
            }
        }
        int usual = miners / interval;
        for (int second = (int) (awayTo / 1000); second < beats.length - 1; second++) {
            assertThat(beats[second])
                    .as("beats in second %d after the return", second - awayTo / 1000)
                    .isLessThan(2 * usual);
        }
        assertThat(firstBack.stream().filter(at -> at < 2000L * interval).count())
                .as("heartbeats within twice the interval after the return")
                .isGreaterThanOrEqualTo(miners);
    }

    private static Reply accepted(double seconds) {
        return new Reply.Accepted(JsonNodeFactory.instance.objectNode().put("next_heartbeat_seconds", seconds));
    }
}
