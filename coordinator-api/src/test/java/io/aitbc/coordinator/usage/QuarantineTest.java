package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was refused is kept, and goes through once its cause is mended. */
class QuarantineTest extends RunningCoordinator {

    private static final String REPLAY = "/api/billing/usage/quarantine/replay";

    @Test
    void eventsOfAnUnknownTenantGoThroughOnceItIsThere() {
        String tenant = unique("late");
        usage("[" + event(unique("e"), tenant, "gpu_hours", "1") + "," + event(unique("e"), tenant, "gpu_hours", "2")
                + "]");
        assertThat(codes(tenant)).containsExactly("UNKNOWN_TENANT", "UNKNOWN_TENANT");
        assertThat(replay(tenant).path("rejected").asInt()).isEqualTo(2);

        post(OPERATOR, "/api/tenants", "{\"tenant_id\": \"" + tenant + "\"}");
        JsonNode replayed = replay(tenant);
        assertThat(replayed.path("accepted").asInt()).isEqualTo(2);
        assertThat(replayed.path("next").isNull()).isTrue();
        assertThat(codes(tenant)).isEmpty();
        assertThat(sum(tenant)).isEqualTo("3.00000000");
        assertThat(replay(tenant).path("replayed").asInt()).isZero();
    }

    @Test
    void anEventThatIsSentAgainMeanwhileIsNotTakenTwice() {
        String tenant = unique("late");
        String event = event(unique("e"), tenant, "gpu_hours", "1");
        usage(event);
        post(OPERATOR, "/api/tenants", "{\"tenant_id\": \"" + tenant + "\"}");
        usage(event);
        assertThat(codes(tenant)).as("it left the quarantine").isEmpty();
        assertThat(replay(tenant).path("replayed").asInt()).isZero();
        assertThat(sum(tenant)).isEqualTo("1.00000000");
    }

    @Test
    void anEventThatIsCorrectedUnderItsNameLeavesTheQuarantine() {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "moon_hours", "1"));
        usage(event(unique("e"), tenant, "moon_hours", "1"));
        assertThat(codes(tenant)).hasSize(2);
        String corrected = event(id, tenant, "gpu_hours", "1");
        usage(corrected);
        assertThat(codes(tenant)).as("the other one stays").containsExactly("UNKNOWN_RESOURCE");
        assertThat(list(tenant).path("items").path(0).path("event_id").asText()).isNotEqualTo(id);

        // Another source's event of the same name is another event.
        usage(event(id, tenant, "moon_hours", "1").replace("pool-1", "pool-2"));
        usage(corrected);
        assertThat(codes(tenant)).hasSize(2);
    }

    @Test
    void whatIsNotToBeTriedAgainIsDismissedWithAReason() {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "1"));
        usage(event(id, tenant, "gpu_hours", "2"));
        String entry = list(tenant).path("items").path(0).path("quarantine_id").asText();
        String path = "/api/billing/usage/quarantine/" + entry + "/dismiss";
        assertThat(post(OPERATOR, path, "{\"reason\": \" \"}").status()).isEqualTo(422);
        assertThat(post(OPERATOR, path, "{\"reason\": \"a\\u0000b\"}").status()).isIn(400, 422);
        assertThat(codes(tenant)).as("refused as a whole").containsExactly("CONFLICT");
        assertThat(post(SERVICE, path, "{\"reason\": \"sent twice\"}").status()).isEqualTo(403);
        assertThat(post(OPERATOR, path, "{\"reason\": \"sent twice\"}").status())
                .isEqualTo(204);
        assertThat(codes(tenant)).isEmpty();
        assertThat(sum(tenant)).as("it is billed to nobody").isEqualTo("1.00000000");
        assertThat(post(OPERATOR, path, "{\"reason\": \"sent twice\"}").problem())
                .isEqualTo("not-in-quarantine");
        assertThat(jdbc.sql("SELECT resolution || ': ' || reason FROM usage_quarantine WHERE quarantine_id = :id::uuid")
                        .param("id", entry)
                        .query(String.class)
                        .single())
                .isEqualTo("DISMISSED: sent twice");

        usage(event(id, tenant, "gpu_hours", "2"));
        assertThat(codes(tenant)).as("sent again it is there again").containsExactly("CONFLICT");
    }

    @Test
    void theSameRefusalIsOneEntryHoweverOftenItComes() {
        String tenant = unique("nobody");
        String event = event(unique("e"), tenant, "gpu_hours", "1");
        usage(event);
        usage("[" + event + ", " + event + "]");
        JsonNode entry = list(tenant).path("items").path(0);
        assertThat(list(tenant).path("items")).hasSize(1);
        assertThat(entry.path("times").asInt()).isEqualTo(2);
        assertThat(entry.path("payload").asText()).isEqualTo(event);
        assertThat(entry.path("detail").asText()).contains("no such tenant");
    }

    @Test
    void anEventKnownByTheIdempotencyKeyKeepsItsName() {
        String tenant = unique("late");
        String event = event("x", tenant, "gpu_hours", "1").replace("\"event_id\": \"x\", ", "");
        String key = unique("key");
        send(SERVICE, "POST", "/api/billing/usage", event, "application/json", "Idempotency-Key", key);
        post(OPERATOR, "/api/tenants", "{\"tenant_id\": \"" + tenant + "\"}");
        assertThat(replay(tenant).path("results").path(0).path("event_id").asText())
                .isEqualTo(key);
        assertThat(UsageLedgerTest.verdicts(
                        send(SERVICE, "POST", "/api/billing/usage", event, "application/json", "Idempotency-Key", key)))
                .containsExactly("DUPLICATE");
    }

    @Test
    void conflictsAreKeptButNeverTriedAgain() {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "1"));
        usage(event(id, tenant, "gpu_hours", "2"));
        assertThat(replay(tenant).path("replayed").asInt()).isZero();
        assertThat(codes(tenant)).containsExactly("CONFLICT");
    }

    @Test
    void aReplayMayNameACodeOrEntriesAndComesInParts() {
        String tenant = tenant();
        for (int i = 0; i < 3; i++) {
            usage("[" + event(unique("e"), tenant, "gold", "1") + "," + event(unique("e"), tenant, "gpu_hours", "-1")
                    + "]");
        }
        JsonNode byCode =
                replay("{\"tenant_id\": \"%s\", \"code\": \"UNKNOWN_RESOURCE\", \"limit\": 2}".formatted(tenant));
        assertThat(byCode.path("rejected").asInt()).isEqualTo(2);
        JsonNode rest =
                replay("{\"tenant_id\": \"%s\", \"code\": \"UNKNOWN_RESOURCE\", \"limit\": 2, \"cursor\": \"%s\"}"
                        .formatted(tenant, byCode.path("next").asText()));
        assertThat(rest.path("replayed").asInt()).isEqualTo(1);
        String id = list(tenant).path("items").path(0).path("quarantine_id").asText();
        assertThat(replay("{\"ids\": [\"" + id + "\"]}").path("replayed").asInt())
                .isEqualTo(1);
    }

    @Test
    void theListComesInPages() {
        String tenant = tenant();
        for (int i = 0; i < 3; i++) {
            usage("[" + event(unique("e"), tenant, "gold", "1") + "]");
        }
        String path = "/api/billing/usage/quarantine?tenant_id=" + tenant + "&limit=2";
        JsonNode first = get(VIEWER, path).body();
        assertThat(first.path("items")).hasSize(2);
        assertThat(get(VIEWER, path + "&cursor=" + first.path("next").asText())
                        .body()
                        .path("items"))
                .hasSize(1);
        assertThat(get(VIEWER, path + "&cursor=nonsense").status()).isEqualTo(400);
        assertThat(get(VIEWER, "/api/billing/usage/quarantine?code=NONE").status())
                .isEqualTo(400);
        assertThat(post(VIEWER, REPLAY, "{}").status()).isEqualTo(403);
    }

    private JsonNode replay(String tenantOrBody) {
        String body = tenantOrBody.startsWith("{") ? tenantOrBody : "{\"tenant_id\": \"" + tenantOrBody + "\"}";
        Answer answer = post(OPERATOR, REPLAY, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.body();
    }

    private JsonNode list(String tenant) {
        return get(OPERATOR, "/api/billing/usage/quarantine?tenant_id=" + tenant)
                .body();
    }

    private List<String> codes(String tenant) {
        List<String> codes = new ArrayList<>();
        list(tenant).path("items").forEach(item -> codes.add(item.path("code").asText()));
        return codes;
    }

    private String sum(String tenant) {
        return jdbc.sql("SELECT sum(quantity)::text FROM usage_ledger WHERE tenant_id = :t")
                .param("t", tenant)
                .query(String.class)
                .single();
    }
}
