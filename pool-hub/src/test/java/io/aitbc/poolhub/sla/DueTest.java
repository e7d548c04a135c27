package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is looked at although little happened. */
class DueTest extends RunningSla {

    @Test
    void aMinerThatIsBackHasItsLevelsAtTheNextCollection() {
        String miner = miner();
        was(miner, "UP", "-PT24H", "");
        answered(miner, List.of(40.0));
        finished(miner, 9, 1);
        collector.collect();
        enrollment(miner, "REMOVED");
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).isEmpty();
        assertThat(value(miner, MetricTypes.RESPONSE_TIME)).isEmpty();
        assertThat(value(miner, MetricTypes.COMPLETION_RATE)).isEmpty();
        enrollment(miner, "APPROVED");
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).contains(100.0);
        assertThat(value(miner, MetricTypes.RESPONSE_TIME)).contains(40.0);
        assertThat(value(miner, MetricTypes.COMPLETION_RATE)).contains(90.0);
    }

    @Test
    void anIntervalThatBeganAheadOfTheClockIsNotForgotten() {
        String miner = miner();
        was(miner, "UP", "PT2S", "");
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).isEmpty();
        clock.advance(Duration.ofMinutes(5));
        collector.collect();
        assertThat(value(miner, MetricTypes.UPTIME)).contains(100.0);
    }

    @Test
    void manyWhoAskAtOnceAllGetTheirCollection() {
        String miner = miner();
        was(miner, "UP", "-PT24H", "");
        List<CompletableFuture<Answer>> asked = IntStream.range(0, 40)
                .mapToObj(n -> CompletableFuture.supplyAsync(
                        () -> post(OPERATOR, "/sla/metrics/collect", ""), task -> new Thread(task).start()))
                .toList();
        assertThat(asked)
                .allSatisfy(answer -> assertThat(
                                answer.orTimeout(60, TimeUnit.SECONDS).join().status())
                        .isEqualTo(200));
    }

    private void enrollment(String miner, String enrollment) {
        clock.advance(Duration.ofMinutes(5));
        jdbc.sql("UPDATE miners SET enrollment = :enrollment, updated_at = :now WHERE miner_id = :id")
                .param("enrollment", enrollment)
                .param("now", utc(clock.instant()))
                .param("id", miner)
                .update();
    }
}
