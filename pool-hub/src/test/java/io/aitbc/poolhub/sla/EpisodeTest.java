package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A violation is an episode, not a sample. */
class EpisodeTest extends RunningSla {

    @Test
    void oneRowWhileItLastsWithTheWorstValueAndTheGravestSeverity() {
        String miner = miner();
        collectedWithEta(miner, 1500);
        assertThat(episodes(miner, MetricTypes.RESPONSE_TIME)).singleElement().satisfies(episode -> {
            assertThat(episode.severity()).isEqualTo("high");
            assertThat(episode.resolvedAt()).isNull();
            assertThat(episode.violationDurationMs()).isNull();
        });
        collectedWithEta(miner, 2500);
        collectedWithEta(miner, 1200);
        assertThat(episodes(miner, MetricTypes.RESPONSE_TIME)).singleElement().satisfies(episode -> {
            assertThat(episode.severity()).isEqualTo("critical");
            assertThat(episode.metricValue()).isEqualTo(2500);
            assertThat(episode.status()).isEqualTo("OPEN");
        });
        collectedWithEta(miner, 900);
        assertThat(episodes(miner, MetricTypes.RESPONSE_TIME)).singleElement().satisfies(episode -> {
            assertThat(episode.status()).isEqualTo("RESOLVED");
            assertThat(episode.resolvedAt()).isEqualTo(episode.createdAt().plus(Duration.ofMinutes(15)));
            assertThat(episode.violationDurationMs()).isEqualTo(900_000);
            assertThat(episode.metricValue()).isEqualTo(2500);
        });
        collectedWithEta(miner, 1100);
        assertThat(episodes(miner, MetricTypes.RESPONSE_TIME))
                .extracting(Violation::status)
                .containsExactly("RESOLVED", "OPEN");
    }

    @Test
    void detectedAreTheEpisodesThatBeganWithThisCollection() {
        String miner = miner();
        finished(miner, 0, 5);
        long audited = collectionsInTheAuditLog();
        assertThat(post(OPERATOR, "/sla/metrics/collect", "")
                        .body()
                        .path("violations_detected")
                        .asInt())
                .isEqualTo(1);
        assertThat(post(OPERATOR, "/sla/metrics/collect", "")
                        .body()
                        .path("violations_detected")
                        .asInt())
                .isZero();
        assertThat(collectionsInTheAuditLog()).isEqualTo(audited + 2);
    }

    private long collectionsInTheAuditLog() {
        return jdbc.sql("SELECT count(*) FROM audit_log WHERE action = 'sla.collect' AND actor = 'operator'")
                .query(Long.class)
                .single();
    }

    @Test
    void withoutDataAnEpisodeStaysOpenForNothingSaysThatItIsOver() {
        String miner = miner();
        finished(miner, 0, 5);
        collector.collect();
        clock.advance(Duration.ofDays(8));
        collector.collect();
        assertThat(value(miner, MetricTypes.COMPLETION_RATE)).isEmpty();
        assertThat(episodes(miner, MetricTypes.COMPLETION_RATE))
                .extracting(Violation::status)
                .containsExactly("OPEN");
    }

    @Test
    void theEpisodesOfARemovedMinerEnd() {
        String miner = miner();
        finished(miner, 0, 5);
        collector.collect();
        jdbc.sql("UPDATE miners SET enrollment = 'REMOVED'").update();
        clock.advance(Duration.ofMinutes(5));
        collector.collect();
        assertThat(episodes(miner, MetricTypes.COMPLETION_RATE))
                .extracting(Violation::status)
                .containsExactly("RESOLVED");
        assertThat(value(miner, MetricTypes.COMPLETION_RATE)).isEmpty();
    }

    @Test
    void maintenanceEnteredAfterwardsExcusesAndKeepsTheNumbers() {
        String miner = downForThreeHours();
        Violation before = episodes(miner, MetricTypes.UPTIME).get(0);
        assertThat(before.metricValue()).isEqualTo(87.5);

        Answer answer = maintenance(miner, "-PT3H", "PT0S");
        assertThat(answer.status()).as(answer.response().body()).isBetween(200, 201);

        assertThat(episodes(miner, MetricTypes.UPTIME)).singleElement().satisfies(episode -> {
            assertThat(episode.status()).isEqualTo("EXCUSED");
            assertThat(episode.metricValue()).isEqualTo(87.5);
            assertThat(episode.severity()).isEqualTo("high");
            assertThat(episode.resolvedAt()).isEqualTo(NOON);
            assertThat(episode.excusedBy()).isEqualTo("operator");
            assertThat(episode.excuseReason()).isEqualTo("new racks");
        });
        assertThat(value(miner, MetricTypes.UPTIME)).contains(100.0);
        clock.advance(Duration.ofMinutes(5));
        jdbc.sql("UPDATE miner_state_intervals SET ended_at = :at WHERE state = 'DOWN'")
                .param("at", utc(NOON))
                .update();
        was(miner, "UP", "PT0S", "");
        collector.collect();
        assertThat(episodes(miner, MetricTypes.UPTIME)).hasSize(1);
    }

    @Test
    void maintenanceThatExplainsOnlyAPartExcusesNothing() {
        String miner = downForThreeHours();
        maintenance(miner, "-PT3H", "-PT2H");
        assertThat(episodes(miner, MetricTypes.UPTIME))
                .extracting(Violation::status)
                .containsExactly("OPEN");
    }

    @Test
    void anEpisodeThatIsOverIsExcusedOnlyIfAllOfItIsExplained() {
        String miner = miner();
        was(miner, "UP", "-PT60H", "-PT6H");
        was(miner, "DOWN", "-PT6H", "");
        clock.set(noonAnd("-PT4H30M"));
        collector.collect();
        clock.set(NOON);
        collector.collect();
        jdbc.sql("UPDATE miner_state_intervals SET ended_at = :at WHERE state = 'DOWN'")
                .param("at", utc(NOON))
                .update();
        was(miner, "UP", "PT0S", "");
        clock.set(noonAnd("PT24H"));
        collector.collect();
        assertThat(episodes(miner, MetricTypes.UPTIME))
                .extracting(Violation::status)
                .containsExactly("RESOLVED");

        // When it began, this explains all of the outage so far; 4 more hours follow.
        maintenance(miner, "-PT6H", "-PT4H");
        assertThat(episodes(miner, MetricTypes.UPTIME))
                .extracting(Violation::status)
                .containsExactly("RESOLVED");

        maintenance(miner, "-PT4H", "PT0S");
        assertThat(episodes(miner, MetricTypes.UPTIME))
                .extracting(Violation::status)
                .containsExactly("EXCUSED");
    }

    @Test
    void maintenanceOverAllThatIsKnownLeavesNoValue() {
        String miner = miner();
        was(miner, "DOWN", "-PT3H", "");
        collector.collect();
        maintenance(miner, "-PT4H", "PT0S");
        assertThat(value(miner, MetricTypes.UPTIME)).isEmpty();
        assertThat(episodes(miner, MetricTypes.UPTIME))
                .extracting(Violation::status)
                .containsExactly("EXCUSED");
        collector.collect();
        assertThat(episodes(miner, MetricTypes.UPTIME)).hasSize(1);
    }

    @Test
    void twoReplicasCollectingAtOnceOpenOneEpisode() throws Exception {
        List<String> miners =
                java.util.stream.IntStream.range(0, 50).mapToObj(n -> miner()).toList();
        miners.forEach(miner -> finished(miner, 0, 5));
        CountDownLatch start = new CountDownLatch(1);
        List<CompletableFuture<Void>> replicas = java.util.stream.IntStream.range(0, 4)
                .mapToObj(n -> CompletableFuture.runAsync(() -> {
                    try {
                        start.await(10, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    collector.collect();
                }))
                .toList();
        start.countDown();
        for (CompletableFuture<Void> replica : replicas) {
            replica.get(60, TimeUnit.SECONDS);
        }
        assertThat(rows("sla_violations WHERE violation_type = 'completion_rate_pct'"))
                .isEqualTo(50);
        assertThat(rows("sla_metrics WHERE metric_type = 'completion_rate_pct'"))
                .isEqualTo(50);
    }

    private String downForThreeHours() {
        String miner = miner();
        was(miner, "UP", "-PT60H", "-PT3H");
        was(miner, "DOWN", "-PT3H", "");
        collector.collect();
        return miner;
    }

    private Answer maintenance(String miner, String from, String to) {
        return post(OPERATOR, "/v1/miners/" + miner + "/maintenance", """
                {"start": "%s", "end": "%s", "reason": "new racks"}
                """.formatted(noonAnd(from), noonAnd(to)));
    }

    private void collectedWithEta(String miner, double eta) {
        Instant now = clock.instant().plus(Duration.ofMinutes(5));
        clock.set(now);
        jdbc.sql("DELETE FROM match_results").update();
        answered(miner, Collections.nCopies(3, eta));
        collector.collect();
    }
}
