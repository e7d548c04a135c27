package io.aitbc.coordinator.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What pools say of themselves, and what is planned with it. */
class PoolsCapacityTest extends RunningCoordinator {

    private static final String H100 = "NVIDIA H100";

    @Autowired
    PlanSchedule schedule;

    @BeforeEach
    void noPoolIsKnown() {
        jdbc.sql("TRUNCATE capacity_snapshots, capacity_hours, capacity_standing, capacity_recommendations")
                .update();
    }

    @Test
    void withoutPoolsThereAreNoFigures() {
        JsonNode forecast = get(VIEWER, "/api/capacity/forecast").body();
        assertThat(forecast.path("status").asText()).isEqualTo("INSUFFICIENT_DATA");
        assertThat(forecast.path("source").asText()).isEqualTo("coordinator_api");
        assertThat(forecast.get("projected_capacity").isNull()).isTrue();
        assertThat(forecast.get("confidence").isNull()).isTrue();
        assertThat(get(VIEWER, "/api/capacity/recommendations").body().path("recommendations"))
                .isEmpty();
    }

    @Test
    void theSameSnapshotTwiceIsOneAndABadOneSinksNoOther() {
        UUID id = UUID.randomUUID();
        String good = snapshot(id, NOON.minus(Duration.ofHours(2)), 5, 16);
        String bad = snapshot(UUID.randomUUID(), NOON.plus(Duration.ofHours(2)), 5, 16);
        JsonNode first = push("pool-a", good, good, bad);
        assertThat(first.path("accepted").asInt()).isEqualTo(1);
        assertThat(first.path("duplicates").asInt()).isEqualTo(1);
        assertThat(first.path("rejected")).hasSize(1);
        assertThat(first.path("rejected").get(0).path("index").asInt()).isEqualTo(2);
        assertThat(first.path("rejected").get(0).path("detail").asText()).contains("lies ahead");
        assertThat(first.path("rejected").get(0).path("later").asBoolean()).isTrue();
        assertThat(push("pool-a", good).path("duplicates").asInt()).isEqualTo(1);
        assertThat(push("pool-b", good).path("accepted").asInt())
                .as("another pool's snapshot is another one")
                .isEqualTo(1);
        assertThat(jdbc.sql("SELECT samples FROM capacity_hours WHERE pool_id = 'pool-a' AND gpu_class = ''")
                        .query(Integer.class)
                        .list())
                .containsExactly(1);
    }

    @Test
    void twoThatPushTheSameAtOnceCountItOnce() throws Exception {
        String[] rows = IntStream.range(1, 50)
                .mapToObj(hour -> snapshot(UUID.randomUUID(), NOON.minus(Duration.ofHours(hour)), 5, 16))
                .toArray(String[]::new);
        CompletableFuture<JsonNode> one = CompletableFuture.supplyAsync(() -> push("pool-a", rows));
        CompletableFuture<JsonNode> two = CompletableFuture.supplyAsync(() -> push("pool-a", rows));
        int accepted = one.get(60, TimeUnit.SECONDS).path("accepted").asInt()
                + two.get(60, TimeUnit.SECONDS).path("accepted").asInt();
        assertThat(accepted).isEqualTo(49);
        assertThat(jdbc.sql("SELECT sum(samples) FROM capacity_hours WHERE gpu_class = ''")
                        .query(Integer.class)
                        .single())
                .isEqualTo(49);
    }

    @Test
    void forecastsAreOfOnePoolOrOfAllAndOfOneClassOrOfAll() {
        past("pool-a", 200, hour -> 6, 16);
        past("pool-b", 200, hour -> 10, 32);
        assertThat(projected("?hours_ahead=24&pool_id=pool-a")).isEqualTo(6);
        assertThat(projected("?hours_ahead=24&pool_id=pool-b&gpu_class=NVIDIA+H100"))
                .isEqualTo(10);
        JsonNode all = get(VIEWER, "/api/capacity/forecast?hours_ahead=24").body();
        assertThat(all.path("projected_capacity").asInt()).isEqualTo(16);
        assertThat(all.path("current_capacity").asInt()).isEqualTo(48);
        assertThat(all.path("history_hours").asInt()).isEqualTo(200);
        assertThat(get(VIEWER, "/api/capacity/forecast?pool_id=pool-c")
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("INSUFFICIENT_DATA");
    }

    @Test
    void recommendationsAreMadePerPoolAndOverAllAndTheLedgerKeepsThemApart() {
        past("pool-a", 500, hour -> 14, 16);
        past("pool-b", 500, hour -> 2, 96);
        JsonNode a = get(VIEWER, "/api/capacity/recommendations?pool_id=pool-a").body();
        assertThat(a.path("current_state").asText()).isEqualTo("degraded");
        assertThat(a.path("recommendations").get(0).path("action").asText()).isEqualTo("add_miners");
        assertThat(a.path("recommendations").get(0).path("gpu_class").asText()).isEqualTo(H100);
        JsonNode all = get(VIEWER, "/api/capacity/recommendations").body();
        assertThat(all.path("current_state").asText()).isEqualTo("healthy");
        assertThat(all.path("recommendations").get(0).path("action").asText())
                .as("together they have more than enough")
                .isEqualTo("remove_miners");
        schedule.keepLedger();
        schedule.keepLedger();
        assertThat(jdbc.sql("SELECT pool_id || ':' || action FROM capacity_recommendations ORDER BY 1")
                        .query(String.class)
                        .list())
                .containsExactly(":REMOVE_MINERS", "pool-a:ADD_MINERS", "pool-b:REMOVE_MINERS");
    }

    @Test
    void aPoolThatIsSilentForADayIsNotCountedOnAnyMore() {
        past("pool-a", 400, hour -> 6, 16);
        past("pool-b", 400, hour -> 10, 32);
        clock.set(NOON.plus(Duration.ofHours(20)));
        past("pool-a", 20, hour -> 6, 16);
        JsonNode waiting = get(VIEWER, "/api/capacity/forecast?hours_ahead=24").body();
        assertThat(waiting.path("current_capacity").asInt()).isEqualTo(48);
        assertThat(waiting.path("history_hours").asInt())
                .as("it may only be late")
                .isEqualTo(400);
        clock.set(NOON.plus(Duration.ofHours(240)));
        past("pool-a", 220, hour -> 6, 16);
        JsonNode all = get(VIEWER, "/api/capacity/forecast?hours_ahead=24").body();
        assertThat(all.path("current_capacity").asInt()).isEqualTo(16);
        assertThat(all.path("projected_capacity").asInt()).isEqualTo(6);
        // Asked for by name it has no figures out of hours that it was silent in.
        JsonNode gone = get(VIEWER, "/api/capacity/forecast?hours_ahead=24&pool_id=pool-b")
                .body();
        assertThat(gone.path("history_hours").asInt()).isEqualTo(400);
        assertThat(gone.get("current_capacity").isNull()).isTrue();
    }

    @Test
    void aPoolThatJoinedYesterdayIsNoReasonToSendMinersAway() {
        past("pool-a", 500, hour -> 70, 100);
        past("pool-b", 20, hour -> 70, 100);
        get(VIEWER, "/api/capacity/recommendations")
                .body()
                .path("recommendations")
                .forEach(advice -> assertThat(advice.path("action").asText()).isEqualTo("add_miners"));
    }

    @Test
    void poolsBeyondAllMeasureAddUpToAMeasure() {
        push("pool-a", snapshot(UUID.randomUUID(), NOON.minus(Duration.ofHours(2)), 6e8, 6e8));
        push("pool-b", snapshot(UUID.randomUUID(), NOON.minus(Duration.ofHours(2)), 6e8, 6e8));
        assertThat(get(VIEWER, "/api/capacity/recommendations").status()).isEqualTo(200);
        assertThat(get(VIEWER, "/api/capacity/forecast")
                        .body()
                        .path("current_capacity")
                        .asInt())
                .isEqualTo(1_000_000_000);
    }

    @Test
    void theEnvelopeHasToBeRight() {
        for (String body : new String[] {
            "{}",
            "[]",
            "{\"pool_id\": \"a b\", \"snapshots\": []}",
            "{\"pool_id\": \"a\"}",
            "{\"pool_id\": \"a\", \"snapshots\": [null]}",
            "{\"pool_id\": \"a\", \"snapshots\": [{\"id\": 7}]}",
            "{\"pool_id\": \"a\", \"snapshots\": [{\"metadata\": \"x\"}]}",
        }) {
            assertThat(post(SERVICE, "/api/capacity/snapshots", body).status())
                    .as(body)
                    .isBetween(400, 422);
        }
        assertThat(post(OPERATOR, "/api/capacity/snapshots", "{}").status()).isEqualTo(403);
        assertThat(push("pool-a", "{}").path("rejected").get(0).path("detail").asText())
                .isEqualTo("id is missing.");
    }

    private int projected(String query) {
        return get(VIEWER, "/api/capacity/forecast" + query)
                .body()
                .path("projected_capacity")
                .asInt();
    }

    private void past(String poolId, int hours, IntToDoubleFunction demand, double capacity) {
        push(
                poolId,
                IntStream.rangeClosed(1, hours)
                        .mapToObj(hour -> snapshot(
                                UUID.randomUUID(),
                                clock.instant().minus(Duration.ofHours(hour)),
                                demand.applyAsDouble(hour),
                                capacity))
                        .toArray(String[]::new));
    }

    private JsonNode push(String poolId, String... snapshots) {
        Answer answer = post(
                SERVICE,
                "/api/capacity/snapshots",
                "{\"pool_id\": \"" + poolId + "\", \"snapshots\": [" + String.join(",", snapshots) + "]}");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.body();
    }

    private static String snapshot(UUID id, Instant at, double demand, double capacity) {
        String state = "\"running\": " + demand + ", \"queued\": 0, \"capacity\": " + capacity + ", \"miners\": "
                + (int) (capacity / 8) + ", \"largest_miner\": 8, \"typical_miner\": 8";
        return "{\"id\": \"" + id + "\", \"total_miners\": 2, \"active_miners\": 1, \"total_parallel_capacity\": "
                + (int) capacity + ", \"total_queue_length\": 0, \"capacity_utilization_pct\": "
                + Math.min(100, 100 * demand / capacity) + ", \"timestamp\": \"" + at + "\", \"metadata\": {" + state
                + ", \"classes\": {\"" + H100 + "\": {" + state + "}}}}";
    }
}
