package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Routes: what they may be, and that nothing shows their secrets. */
class RouteTest extends NotificationScene {

    private static final String SECRET = "hush-hush-hush-hush";

    @Test
    void aRouteIsMadeChangedReadListedAndRemoved() {
        Answer made = put("slack", """
                {"matchers": {"severity": ["critical", "high"], "labels": {"pool": "pool-1"}, "tenant_id": "acme"},
                 "channel": "slack", "target": "https://localhost/services/T0/B0/%s", "send_resolved": false}
                """.formatted(SECRET));
        assertThat(made.status()).isEqualTo(201);
        JsonNode route = get(VIEWER, ROUTES + "slack").body();
        assertThat(route).isEqualTo(made.body());
        assertThat(route.path("channel").asText()).isEqualTo("slack");
        assertThat(route.path("target").asText()).isEqualTo("https://localhost/…");
        assertThat(route.path("send_resolved").asBoolean()).isFalse();
        assertThat(route.at("/matchers/labels/pool").asText()).isEqualTo("pool-1");
        assertThat(route.at("/matchers/tenant_id").asText()).isEqualTo("acme");
        assertThat(route.at("/matchers/severity")).hasSize(2);
        Answer changed = put("slack", "{\"channel\": \"email\", \"target\": \"ops@example.org\"}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.body().path("send_resolved").asBoolean()).isTrue();
        assertThat(get(OPERATOR, ROUTES.substring(0, ROUTES.length() - 1))
                        .body()
                        .path("items"))
                .containsExactly(changed.body());
        assertThat(send(OPERATOR, "DELETE", ROUTES + "slack", null, "").status())
                .isEqualTo(204);
        assertThat(send(OPERATOR, "DELETE", ROUTES + "slack", null, "").status())
                .isEqualTo(404);
        assertThat(get(VIEWER, ROUTES + "slack").status()).isEqualTo(404);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void nothingShowsASecret(CapturedOutput output) {
        String name = unique("hushed");
        String body = """
                {"channel": "webhook", "target": "https://localhost/%s?x=%s", "secret": "%s"}""".formatted(SECRET, SECRET, SECRET);
        StringBuilder seen = new StringBuilder();
        seen.append(put(name, body).response().body());
        seen.append(put(name, body.replace("webhook", "slack")).response().body());
        seen.append(put(name, body.replace("webhook", "fax")).response().body());
        seen.append(put(name, body.replace("localhost", "127.0.0.1")).response().body());
        seen.append(
                put(name, body.replace("localhost", "u:p@localhost")).response().body());
        seen.append(put(name, body.replace("https", "ftp")).response().body());
        seen.append(get(VIEWER, ROUTES + name).response().body());
        seen.append(
                get(VIEWER, ROUTES.substring(0, ROUTES.length() - 1)).response().body());
        seen.append(post(OPERATOR, ROUTES + name + "/test", "").response().body());
        courier.will(new Outcome.Failed("The peer cannot be reached."));
        sender().dispatch();
        seen.append(get(VIEWER, DELIVERIES).response().body());
        send(OPERATOR, "DELETE", ROUTES + name, null, "");
        seen.append(jdbc.sql("SELECT string_agg(to_jsonb(a)::text, ' ') FROM audit_log a WHERE subject = ?")
                .param(name)
                .query(String.class)
                .single());
        assertThat(seen.toString())
                .doesNotContain(SECRET)
                .contains(
                        "has_secret", "notification.route.put", "notification.route.test", "notification.route.delete");
        assertThat(output.getAll()).doesNotContain(SECRET);
    }

    @Test
    void aSecretThatIsLeftOutStays() {
        route("hook", "{}");
        put("hook", "{\"channel\": \"webhook\", \"target\": \"https://localhost/other\"}");
        tell("k", "opened");
        sender().dispatch();
        assertThat(courier.letters().get(0).secret()).isEqualTo("a-secret-of-16-or-more");
        assertThat(courier.letters().get(0).target()).isEqualTo("https://localhost/other");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "webhook | https://localhost/                |                       | secret-needed",
                "webhook | https://localhost/                | short                 | invalid-request",
                "slack   | https://localhost/                | a-secret-of-16-or-more| no-secret-here",
                "email   | ops@example.org                   | a-secret-of-16-or-more| no-secret-here",
                "email   | https://localhost/                |                       | refused-target",
                "email   | a..b@example.org                  |                       | refused-target",
                "email   | .a@example.org                    |                       | refused-target",
                "email   | a.@example.org                    |                       | refused-target",
                "email   | a@b, c@d                          |                       | refused-target",
                "slack   | ops@example.org                   |                       | refused-target",
                "slack   | https://127.0.0.1/                |                       | refused-target",
                "slack   | https://[::1]/                    |                       | refused-target",
                "slack   | https://169.254.169.254/latest    |                       | refused-target",
                "slack   | https://0x7f.1/                   |                       | refused-target",
                "slack   | http://1.1.1.1/                   |                       | refused-target",
                "slack   | file:///etc/passwd                |                       | refused-target",
                "slack   | https://u:p@localhost/            |                       | refused-target",
                "fax     | https://localhost/                |                       | malformed-field"
            })
    void aRouteThatCannotBeIsRefused(String channel, String target, String secret, String problem) {
        String body = "{\"channel\": \"%s\", \"target\": \"%s\"%s}"
                .formatted(channel, target, secret == null ? "" : ", \"secret\": \"" + secret + "\"");
        Answer answer = put("bad", body);
        assertThat(answer.status()).isIn(400, 422);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(get(VIEWER, ROUTES + "bad").status()).isEqualTo(404);
    }

    @Test
    void aNameIsOne() {
        for (String name : new String[] {"a%20b", "-a", "a%00", "%E2%82%AC", "a".repeat(65)}) {
            assertThat(put(name, "{\"channel\": \"email\", \"target\": \"a@b\"}")
                            .status())
                    .as(name)
                    .isBetween(400, 422);
        }
    }

    @Test
    void aTestTakesTheWayThatAllMessagesTakeAndNoMatcherHoldsItUp() {
        route("critical", "{\"severity\": [\"critical\"], \"labels\": {\"a\": \"b\"}, \"tenant_id\": \"x\"}");
        Answer tried = post(OPERATOR, ROUTES + "critical/test", "");
        assertThat(tried.status()).isEqualTo(202);
        UUID id = UUID.fromString(tried.body().path("delivery_id").asText());
        assertThat(delivery(id).path("state").asText()).isEqualTo("PENDING");
        sender().dispatch();
        assertThat(courier.headlines()).containsExactly("[INFO] Test of the route critical");
        assertThat(delivery(id).path("state").asText()).isEqualTo("SENT");
        assertThat(post(OPERATOR, ROUTES + "none/test", "").status()).isEqualTo(404);
    }

    @Test
    void whatARemovedRouteHadNotDeliveredIsDead() {
        route("gone", "{}");
        tell("k", "opened");
        send(OPERATOR, "DELETE", ROUTES + "gone", null, "");
        assertThat(deliveries(DeliveryState.DEAD).get(0).path("last_error").asText())
                .isEqualTo(DeliverySender.NO_ROUTE);
        UUID id = UUID.fromString(
                deliveries(DeliveryState.DEAD).get(0).path("delivery_id").asText());
        assertThat(post(OPERATOR, DELIVERIES + "/" + id + "/retry", "").status())
                .isEqualTo(200);
        sender().dispatch();
        assertThat(courier.letters()).isEmpty();
        assertThat(delivery(id).path("state").asText()).isEqualTo("DEAD");
    }

    @Test
    void onlyOperatorsWriteAndTenantsSeeNothing() {
        String body = "{\"channel\": \"email\", \"target\": \"a@b\"}";
        String tenantKey = keyOf(tenant());
        for (String key : new String[] {VIEWER, SERVICE, tenantKey}) {
            assertThat(send(key, "PUT", ROUTES + "x", body, "application/json").status())
                    .isEqualTo(403);
            assertThat(send(key, "DELETE", ROUTES + "x", null, "").status()).isEqualTo(403);
            assertThat(post(key, ROUTES + "x/test", "").status()).isEqualTo(403);
            assertThat(post(key, DELIVERIES + "/" + UUID.randomUUID() + "/retry", "")
                            .status())
                    .isEqualTo(403);
        }
        for (String key : new String[] {SERVICE, tenantKey}) {
            assertThat(get(key, ROUTES + "x").status()).isEqualTo(403);
            assertThat(get(key, DELIVERIES).status()).isEqualTo(403);
        }
    }
}
