package io.aitbc.poolhub.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.HubWithMiners;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class RegistrationTest extends HubWithMiners {

    private static final String PATH = "/v1/miners/register";

    @Autowired
    FleetView fleet;

    @Test
    void theEnrolmentTokenAndTheOperatorLetAMinerInAtOnce() {
        for (String key : new String[] {ENROLLMENT, OPERATOR}) {
            Answer answer = post(key, PATH, "{\"miner_id\": \"%s\"}".formatted(fresh("m")));
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.body().get("status").asText()).isEqualTo("APPROVED");
            assertThat(answer.body().get("api_key").asText()).hasSizeGreaterThan(40);
        }
    }

    @Test
    void nobodyAndViewersAreKeptOut() {
        String body = "{\"miner_id\": \"%s\"}".formatted(fresh("m"));
        assertThat(post(NOBODY, PATH, body).status()).isEqualTo(401);
        assertThat(post("a-key-that-nobody-has", PATH, body).status()).isEqualTo(401);
        assertThat(post(VIEWER, PATH, body).status()).isEqualTo(403);
        assertThat(post(keyOf(enrol()), PATH, body).status()).isEqualTo(403);
    }

    @Test
    void aMinerOfTheSeedsRegistersUnchanged() {
        String id = fresh("m");
        Answer answer = post(ENROLLMENT, PATH, """
                {"miner_id": "%s", "api_key": "chosen-by-the-miner-itself-%s", "addr": "10.0.0.7:9000", "proto": "grpc",
                 "gpu_vram_gb": 24.5, "gpu_name": "RTX 4090", "cpu_cores": 16, "ram_gb": 64, "max_parallel": 2,
                 "base_price": "0.50000001", "tags": {"rack": "a", "spot": true}, "capabilities": ["cuda", "fp16"],
                 "region": "eu", "chain_id": "ait", "wallet_address": "0xabc", "something_new": [1, 2]}
                """.formatted(id, id));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.body().get("api_key").isNull())
                .as("the miner knows it")
                .isTrue();

        Answer seen = get("chosen-by-the-miner-itself-" + id, "/v1/miners/" + id);
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.text())
                .contains("0.50000001", "\"spot\": true", "RTX 4090")
                .doesNotContain("chosen-by");
    }

    @Test
    void whatBreaksARuleIsRefusedByName() {
        assertRefused("{\"miner_id\": \"%s\", \"api_key\": \"15-characters-x\"}", 422, "api_key");
        assertRefused("{\"miner_id\": \"no spaces\"}", 422, "miner_id");
        assertRefused("{\"api_key\": \"a-key-without-a-miner\"}", 422, "miner_id");
        assertRefused("{\"miner_id\": \"%s\", \"base_price\": -1}", 422, "base_price");
        assertRefused("{\"miner_id\": \"%s\", \"base_price\": 1e400}", 400, "base_price");
        assertRefused("{\"miner_id\": \"%s\", \"max_parallel\": 0}", 422, "max_parallel");
        assertRefused("{\"miner_id\": \"%s\", \"region\": \"a\\u0000b\"}", 422, "NUL");
    }

    private void assertRefused(String body, int status, String named) {
        Answer answer = post(ENROLLMENT, PATH, body.formatted(fresh("m")));
        assertThat(answer.status()).as(body + " " + answer.text()).isEqualTo(status);
        assertThat(answer.text()).contains(named);
    }

    @Test
    void onlyItsOwnKeyOrTheOperatorRegistersAMinerAgain() {
        String id = enrol();
        String moved = "{\"miner_id\": \"%s\", \"region\": \"%s\"}";
        assertThat(post(ENROLLMENT, PATH, moved.formatted(id, "stolen")).status())
                .isEqualTo(403);
        assertThat(post(NOBODY, PATH, moved.formatted(id, "stolen")).status()).isEqualTo(403);
        assertThat(post(keyOf(enrol()), PATH, moved.formatted(id, "stolen")).status())
                .isEqualTo(403);
        assertThat(post(keyOf(id), PATH, moved.formatted(id, "bearer")).status())
                .isEqualTo(200);
        assertThat(post(
                                ENROLLMENT,
                                PATH,
                                "{\"miner_id\": \"%s\", \"api_key\": \"%s\", \"region\": \"body\"}"
                                        .formatted(id, keyOf(id)))
                        .status())
                .isEqualTo(200);
        assertThat(post(OPERATOR, PATH, moved.formatted(id, "operator")).status())
                .isEqualTo(200);
        assertThat(get(VIEWER, "/v1/miners/" + id).body().get("region").asText())
                .isEqualTo("operator");
    }

    @Test
    void aKeyThatAnotherMinerHasIsRefusedNotStored() {
        String first = enrol();
        String second = enrol();
        String taken = "{\"miner_id\": \"%s\", \"api_key\": \"%s\"}";
        assertThat(post(ENROLLMENT, PATH, taken.formatted(fresh("m"), keyOf(first)))
                        .status())
                .isEqualTo(409);
        assertThat(post(keyOf(second), PATH, taken.formatted(second, keyOf(first)))
                        .status())
                .isEqualTo(409);
        assertThat(beat(second).status()).as("its own key goes on working").isEqualTo(200);
    }

    @Test
    void aMinerReplacesItsKeyAndTheOldOneEndsAtOnce() {
        String id = enrol();
        assertThat(beat(id).status()).isEqualTo(200);
        String next = "a-new-key-for-" + id;
        assertThat(post(keyOf(id), PATH, "{\"miner_id\": \"%s\", \"api_key\": \"%s\"}".formatted(id, next))
                        .status())
                .isEqualTo(200);
        assertThat(post(next, "/v1/miners/heartbeat", "{}").status()).isEqualTo(200);
        assertThat(beat(id).status()).isEqualTo(401);
    }

    @Test
    void sayingTheSameCapabilityTwiceHarmsNobody() {
        String id = enrol("\"capabilities\": [\"cuda\", \"cuda\"]");
        fleet.refresh();
        assertThat(fleet.find(id))
                .hasValueSatisfying(m -> assertThat(m.capabilities()).containsExactly("cuda"));
    }

    @Test
    void aMinerTouchesNoOther() {
        String mine = enrol();
        String other = enrol();
        String key = keyOf(mine);
        assertThat(get(key, "/v1/miners/" + mine).status()).isEqualTo(200);
        assertThat(get(key, "/v1/miners/" + other).status()).isEqualTo(403);
        assertThat(get(key, "/v1/miners/" + other + "/intervals").status()).isEqualTo(403);
        assertThat(get(key, "/v1/miners").status()).isEqualTo(403);
        assertThat(patch(key, "/v1/miners/" + other, "{}").status()).isEqualTo(403);
        assertThat(delete(key, "/v1/miners/" + other).status()).isEqualTo(403);
        assertThat(post(key, "/v1/miners/" + other + "/approve", "{}").status()).isEqualTo(403);
        assertThat(post(key, "/v1/miners/" + other + "/maintenance", "{}").status())
                .isEqualTo(403);
        assertThat(post(key, "/v1/feedback", "{}").status()).isEqualTo(403);
        assertThat(post(key, "/v1/match", "{}").status()).isEqualTo(403);
        assertThat(post(key, "/v1/import/intervals", "").status()).isEqualTo(403);
        assertThat(beat(mine, "{\"miner_id\": \"%s\"}".formatted(other)).status())
                .isEqualTo(403);
    }

    @Test
    void everyChangeIsAuditedButNotHeartbeats() {
        String id = enrol();
        beat(id);
        patch(OPERATOR, "/v1/miners/" + id, "{\"region\": \"eu\"}");
        delete(OPERATOR, "/v1/miners/" + id);
        assertThat(jdbc.sql("SELECT action || ' ' || actor FROM audit_log WHERE subject = :id ORDER BY id")
                        .param("id", id)
                        .query(String.class)
                        .list())
                .containsExactly("miner.register enrollment", "miner.change operator", "miner.remove operator");
    }
}
