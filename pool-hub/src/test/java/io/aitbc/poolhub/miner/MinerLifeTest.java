package io.aitbc.poolhub.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.HubWithMiners;
import io.aitbc.poolhub.telemetry.Telemetry;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Change, drain, removal, return, maintenance, and the lists that show it. */
class MinerLifeTest extends HubWithMiners {

    private static final Pattern LINK = Pattern.compile("<(?:http://[^/]+)?(/[^>]+)>; rel=\"next\"");

    @Autowired
    SilenceWatch watch;

    @Autowired
    HeartbeatLedger ledger;

    @Autowired
    FleetView fleet;

    @Test
    void aChangeTouchesOnlyWhatItNames() {
        String id = enrol("\"region\": \"eu\", \"gpu_name\": \"A100\"");
        Answer changed = patch(OPERATOR, "/v1/miners/" + id, "{\"region\": \"us\"}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.body().get("region").asText()).isEqualTo("us");
        assertThat(changed.body().get("gpu_name").asText()).isEqualTo("A100");
        assertThat(patch(OPERATOR, "/v1/miners/nobody", "{}").status()).isEqualTo(404);
    }

    @Test
    void anIdleMinerIsRemovedAtOnceAndItsKeyEnds() {
        String id = enrol();
        beat(id);
        at("PT1M");
        assertThat(delete(OPERATOR, "/v1/miners/" + id).body().get("status").asText())
                .isEqualTo("REMOVED");
        assertThat(intervals(id)).containsExactly("UP PT0S..PT1M", "NOT_ENROLLED PT1M..");
        assertThat(beat(id).status()).isEqualTo(401);
        assertThat(fleet.find(id)).isEmpty();
    }

    @Test
    void aWorkingMinerDrainsFirstAndIsRemovedWhenItsWorkIsDone() {
        String id = enrol();
        beat(id, "{\"status\": \"busy\", \"current_jobs\": 2}");
        Answer answer = delete(OPERATOR, "/v1/miners/" + id);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body().get("status").asText()).isEqualTo("DRAINING");

        at("PT1M");
        beat(id, "{\"status\": \"busy\", \"current_jobs\": 1}");
        watch.sweep();
        assertThat(enrollment(id)).isEqualTo("DRAINING");

        at("PT2M");
        beat(id, "{\"status\": \"ready\", \"current_jobs\": 0}");
        watch.sweep();
        assertThat(enrollment(id)).isEqualTo("REMOVED");
        assertThat(intervals(id)).containsExactly("UP PT0S..PT2M", "NOT_ENROLLED PT2M..");
        assertThat(fleet.find(id)).isEmpty();
    }

    @Test
    void aDrainingMinerThatFallsSilentIsRemovedToo() {
        String id = enrol();
        beat(id, "{\"current_jobs\": 1}");
        delete(OPERATOR, "/v1/miners/" + id);
        at("PT6M");
        watch.sweep();
        assertThat(enrollment(id)).isEqualTo("REMOVED");
        assertThat(intervals(id)).containsExactly("UP PT0S..PT5M", "DOWN PT5M..PT6M", "NOT_ENROLLED PT6M..");
    }

    @Test
    void aHeartbeatThatWasUnderWayDuringTheRemovalBringsNobodyBack() {
        String id = enrol();
        beat(id);
        delete(OPERATOR, "/v1/miners/" + id);
        ledger.write(java.util.List.of(new Beat(id, "ready", false, 0, 0, null, null, null, null, Telemetry.none(id))));
        assertThat(count("SELECT count(*) FROM miner_status WHERE miner_id = ? AND state = 'NOT_ENROLLED'", id))
                .isEqualTo(1);
        assertThat(intervals(id)).last().asString().startsWith("NOT_ENROLLED");
    }

    @Test
    void aRemovedMinerComesBackWithItsOwnKeyOnlyThroughTheOperator() {
        String id = enrol();
        beat(id);
        at("PT1M");
        delete(OPERATOR, "/v1/miners/" + id);
        String again = "{\"miner_id\": \"%s\", \"api_key\": \"%s\"}";
        assertThat(post(ENROLLMENT, "/v1/miners/register", again.formatted(id, "somebody-elses-key-0"))
                        .status())
                .isEqualTo(403);
        at("PT2M");
        Answer own = post(ENROLLMENT, "/v1/miners/register", again.formatted(id, keyOf(id)));
        assertThat(own.status()).isEqualTo(200);
        assertThat(own.body().get("status").asText()).isEqualTo("PENDING");
        assertThat(beat(id).body().get("status").asText()).isEqualTo("pending");
        at("PT3M");
        assertThat(post(OPERATOR, "/v1/miners/" + id + "/approve", "").status()).isEqualTo(200);
        beat(id);
        assertThat(intervals(id)).containsExactly("UP PT0S..PT1M", "NOT_ENROLLED PT1M..PT3M", "UP PT3M..");
    }

    @Test
    void aRemovedMinerComesBackWithNothingButItsKeyInTheHeader() {
        String id = enrol();
        beat(id);
        delete(OPERATOR, "/v1/miners/" + id);
        assertThat(beat(id).status()).as("removed").isEqualTo(401);
        String again = "{\"miner_id\": \"%s\"}".formatted(id);
        assertThat(post("somebody-elses-key-0", "/v1/miners/register", again).status())
                .isEqualTo(403);
        assertThat(post(keyOf(enrol()), "/v1/miners/register", again).status()).isEqualTo(403);
        Answer own = post(keyOf(id), "/v1/miners/register", again);
        assertThat(own.status()).as(own.text()).isEqualTo(200);
        assertThat(own.body().get("status").asText()).isEqualTo("PENDING");
        assertThat(beat(id).body().get("status").asText()).isEqualTo("pending");
    }

    @Test
    void aRemovedMinerMayChangeItsKeyAsItComesBack() {
        String id = enrol();
        delete(OPERATOR, "/v1/miners/" + id);
        String next = "the-next-key-of-" + id;
        assertThat(get(next, "/v1/miners/" + id).status()).as("not yet").isEqualTo(401);
        Answer own = post(
                keyOf(id), "/v1/miners/register", "{\"miner_id\": \"%s\", \"api_key\": \"%s\"}".formatted(id, next));
        assertThat(own.status()).as(own.text()).isEqualTo(200);
        assertThat(get(next, "/v1/miners/" + id).status()).isEqualTo(200);
        assertThat(get(keyOf(id), "/v1/miners/" + id).status()).isEqualTo(401);
    }

    @Test
    void maintenanceLiesOverWhatWasSeenAlsoAfterwards() {
        String id = enrol();
        beat(id);
        at("PT10M");
        beat(id);
        Answer answer = post(OPERATOR, "/v1/miners/" + id + "/maintenance", """
                {"start": "%s", "end": "%s", "reason": "new fans"}
                """.formatted(
                        START.plusSeconds(300), START.plusSeconds(600)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.body().get("actor").asText()).isEqualTo("operator");
        assertThat(intervals(id))
                .containsExactly("UP PT0S..PT5M", "DOWN PT5M..PT10M", "MAINTENANCE PT5M..PT10M", "UP PT10M..");
    }

    @Test
    void maintenanceThatLastsEndsWhenItIsWithdrawn() {
        String id = enrol();
        beat(id);
        String window = maintenance(id, START.minusSeconds(60), START.plusSeconds(3_600));
        assertThat(get(VIEWER, "/v1/miners?state=MAINTENANCE").text()).contains(id);
        at("PT4M");

        Answer answer = delete(OPERATOR, window);

        assertThat(answer.status()).as(answer.text()).isEqualTo(204);
        assertThat(intervals(id)).containsExactly("MAINTENANCE PT-1M..PT4M", "UP PT0S..");
        assertThat(get(VIEWER, "/v1/miners?state=MAINTENANCE").text()).doesNotContain(id);
        assertThat(delete(OPERATOR, window).text())
                .as("what it explains stays so")
                .contains("maintenance-is-over");
        assertThat(intervals(id)).containsExactly("MAINTENANCE PT-1M..PT4M", "UP PT0S..");
    }

    @Test
    void maintenanceAheadWasNeverAgreedWhenItIsWithdrawn() {
        String id = enrol();
        beat(id);
        String window = maintenance(id, START.plusSeconds(60), START.plusSeconds(3_600));
        assertThat(delete(VIEWER, window).status()).isEqualTo(403);
        assertThat(delete(OPERATOR, window.replace(id, enrol())).status())
                .as("another miner's")
                .isEqualTo(404);

        assertThat(delete(OPERATOR, window).status()).isEqualTo(204);

        at("PT2M");
        assertThat(intervals(id)).containsExactly("UP PT0S..");
        assertThat(get(VIEWER, "/v1/miners?state=MAINTENANCE").text()).doesNotContain(id);
        assertThat(delete(OPERATOR, window).text()).contains("unknown-maintenance");
        assertThat(delete(OPERATOR, "/v1/miners/" + id + "/maintenance/1").status())
                .isEqualTo(400);
    }

    private String maintenance(String id, Instant start, Instant end) {
        String path = "/v1/miners/" + id + "/maintenance";
        Answer answer = post(
                OPERATOR, path, "{\"start\": \"%s\", \"end\": \"%s\", \"reason\": \"new fans\"}".formatted(start, end));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return path + "/" + answer.body().get("id").asText();
    }

    @Test
    void maintenanceThatMakesNoSenseIsRefused() {
        String path = "/v1/miners/" + enrol() + "/maintenance";
        String body = "{\"start\": \"%s\", \"end\": \"%s\", \"reason\": \"r\"}";
        assertThat(post(OPERATOR, path, body.formatted(START, START)).status()).isEqualTo(422);
        assertThat(post(OPERATOR, path, body.formatted(START, START.plusSeconds(91L * 86_400)))
                        .status())
                .isEqualTo(422);
        assertThat(post(OPERATOR, path, "{\"start\": \"%s\", \"reason\": \"r\"}".formatted(START))
                        .status())
                .isEqualTo(422);
        assertThat(post(OPERATOR, path, body.formatted("-999999999-01-01T00:00:00Z", START))
                        .status())
                .isBetween(400, 422);
        assertThat(post(OPERATOR, "/v1/miners/nobody/maintenance", body.formatted(START, START.plusSeconds(9)))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void listsArePagedAndNarrowed() {
        String region = fresh("region");
        for (int i = 0; i < 5; i++) {
            enrol("\"region\": \"%s\", \"gpu_name\": \"%s\"".formatted(region, i < 3 ? "A100" : "T4"));
        }
        int seen = 0;
        int pages = 0;
        String path = "/v1/miners?limit=2&region=" + region;
        while (path != null) {
            Answer page = get(VIEWER, path);
            assertThat(page.status()).isEqualTo(200);
            seen += page.body().size();
            pages++;
            Matcher next = LINK.matcher(Objects.requireNonNullElse(page.link(), ""));
            path = next.find() ? next.group(1) : null;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(seen).isEqualTo(5);
        assertThat(get(VIEWER, "/v1/miners?gpu=t4&region=" + region).body()).hasSize(2);
        assertThat(get(VIEWER, "/v1/miners?state=DOWN&region=" + region).body()).isEmpty();
        assertThat(get(VIEWER, "/v1/miners?state=SLEEPING").status()).isEqualTo(400);
        assertThat(get(VIEWER, "/v1/miners?cursor=%2e%2e").status()).isEqualTo(400);
        assertThat(get(VIEWER, "/v1/miners?limit=0").status()).isEqualTo(422);
        assertThat(get(VIEWER, "/v1/miners?region=a%00b").status()).isEqualTo(422);
    }

    @Test
    void healthSaysHowManyAreOnline() {
        Answer before = get(NOBODY, "/health");
        beat(enrol());
        Answer after = get(NOBODY, "/health");
        assertThat(after.body().get("status").asText()).isNotEmpty();
        assertThat(after.body().get("db").asText()).isNotEmpty();
        assertThat(after.body().get("redis").asText()).isEqualTo("not configured");
        assertThat(after.body().get("miners_online").asInt())
                .isEqualTo(before.body().get("miners_online").asInt() + 1);
    }

    private String enrollment(String id) {
        return jdbc.sql("SELECT enrollment FROM miners WHERE miner_id = :id")
                .param("id", id)
                .query(String.class)
                .single();
    }
}
