package io.aitbc.poolhub.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aitbc.poolhub.HubWithMiners;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Imported outcomes move a miner's trust as the same outcomes would have moved it when they happened. */
class ImportedTrustTest extends HubWithMiners {

    private static final Duration HALF_LIFE = Duration.ofDays(7);

    @Test
    void aWeekOldOutcomeWeighsHalfAndShowsInTheNextMatch() {
        String miner = enrol("\"capabilities\": [\"%s\"]".formatted("only-" + UUID.randomUUID()));
        beat(miner);
        String body = outcome(miner, "completed", START) + outcome(miner, "failed", START.minus(HALF_LIFE));
        send(body);
        assertThat(trust(miner)).isEqualTo("1.000000 0.500000 PT0S");
        assertThat(trustInMatch(miner)).isCloseTo(3 / 5.5, within(1e-9));
    }

    @Test
    void theSameRowsAgainChangeNothing() {
        String miner = enrol();
        String body = outcome(miner, "completed", START.minusSeconds(60)) + outcome(miner, "failed", START);
        send(body);
        String before = trust(miner);
        send(body);
        send(body + body);
        assertThat(trust(miner)).isEqualTo(before).startsWith("0.9999");
    }

    @Test
    void aRowTwiceInOneCallCountsOnce() {
        String miner = enrol();
        String row = outcome(miner, "failed", START);
        send(row + row);
        assertThat(trust(miner)).isEqualTo("0.000000 1.000000 PT0S");
    }

    @Test
    void theOrderInWhichHistoryComesDoesNotMatter() {
        String inOrder = enrol();
        String shuffled = enrol();
        String inParts = enrol();
        Random random = new Random(7);
        List<Instant> times = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            times.add(START.minusSeconds(1 + random.nextInt(60 * 86_400)));
        }
        Collections.sort(times);
        send(all(inOrder, times));
        Collections.shuffle(times, random);
        send(all(shuffled, times));
        for (Instant time : times) {
            send(all(inParts, List.of(time)));
        }
        assertThat(trust(shuffled)).isEqualTo(trust(inOrder));
        assertThat(trust(inParts)).isEqualTo(trust(inOrder)).matches("[1-9].* PT-.*");
    }

    @Test
    void historyOlderThanWhatIsKnownKeepsItsAge() {
        String miner = enrol();
        assertThat(post(
                                OPERATOR,
                                "/v1/feedback",
                                "{\"job_id\": \"%s\", \"miner_id\": \"%s\", \"outcome\": \"completed\"}"
                                        .formatted(UUID.randomUUID(), miner))
                        .status())
                .isLessThan(300);
        send(outcome(miner, "failed", START.minus(HALF_LIFE.multipliedBy(2))));
        assertThat(trust(miner)).isEqualTo("1.000000 0.250000 PT0S");
    }

    private static String all(String miner, List<Instant> times) {
        StringBuilder body = new StringBuilder();
        times.forEach(time ->
                body.append(outcome(miner, time.getEpochSecond() % 3 == 0 ? "failed" : "completed", time)));
        return body.toString();
    }

    private static String outcome(String miner, String outcome, Instant at) {
        return ("{\"id\": \"%s\", \"job_id\": \"%s\", \"miner_id\": \"%s\", \"outcome\": \"%s\", \"recorded_at\": \"%s\"}%n")
                .formatted(UUID.randomUUID(), UUID.randomUUID(), miner, outcome, at);
    }

    private void send(String body) {
        Answer answer = post(OPERATOR, "/v1/import/outcomes", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().get("rejected").size()).as(answer.text()).isZero();
    }

    /** The pseudo-counts and since when after {@link #START} they hold. */
    private String trust(String miner) {
        return jdbc.sql("SELECT successes, failures, updated_at FROM miner_trust WHERE miner_id = ?")
                .param(miner)
                .query((row, n) -> "%.6f %.6f %s"
                        .formatted(
                                row.getDouble(1),
                                row.getDouble(2),
                                Duration.between(START, row.getTimestamp(3).toInstant())))
                .optional()
                .orElse("nothing is known");
    }

    private double trustInMatch(String miner) {
        String only = jdbc.sql("SELECT capabilities[1] FROM miners WHERE miner_id = ?")
                .param(miner)
                .query(String.class)
                .single();
        Answer answer = post(
                OPERATOR,
                "/v1/match",
                "{\"job_id\": \"%s\", \"requirements\": {\"capabilities_all\": [\"%s\"]}}"
                        .formatted(UUID.randomUUID(), only));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.body()
                .get("candidates")
                .get(0)
                .get("explain")
                .get("trust")
                .asDouble();
    }
}
