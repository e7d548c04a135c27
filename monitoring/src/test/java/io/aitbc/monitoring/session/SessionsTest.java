package io.aitbc.monitoring.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.monitoring.RunningMonitoring;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class SessionsTest extends RunningMonitoring {

    private static final String SESSIONS = "/api/v1/sessions";

    @Autowired
    private Sessions sessions;

    @Test
    void isMadeAsTheSeedDoesIt() {
        String id = unique("bench");
        Answer made = post(OPERATOR, SESSIONS, "{\"session_id\": \"%s\"}".formatted(id));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.response().headers().firstValue("Location")).hasValue(SESSIONS + "/" + id);
        assertThat(made.body().path("session_id").asText()).isEqualTo(id);
        assertThat(made.body().path("state").asText()).isEqualTo("PLANNED");
        assertThat(made.body().path("scrape_interval").asText()).isEqualTo("15s");
        assertThat(made.body().path("labels").isEmpty()).isTrue();
    }

    @Test
    void theSameAgainIsTheSameAndAnotherBodyIsRefused() {
        String id = unique("again");
        String body =
                "{\"session_id\": \"%s\", \"scrape_interval\": \"1m\", \"labels\": {\"team\": \"x\"}}".formatted(id);
        assertThat(post(OPERATOR, SESSIONS, body).status()).isEqualTo(201);
        Answer again = post(OPERATOR, SESSIONS, body);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("labels").path("team").asText()).isEqualTo("x");
        for (String other : new String[] {body.replace("1m", "2m"), body.replace("\"x\"", "\"y\"")}) {
            Answer refused = post(OPERATOR, SESSIONS, other);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.problem()).isEqualTo("session-exists");
        }
        assertThat(audited(id)).containsExactly("session.create");
    }

    @Test
    void anIdIsMadeUp() {
        Answer made = post(OPERATOR, SESSIONS, "{}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(UUID.fromString(made.body().path("session_id").asText()).version())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"session_id\": \"\"}",
                "{\"session_id\": \"../etc\"}",
                "{\"session_id\": \".hidden\"}",
                "{\"session_id\": \"a\\u0000b\"}",
                "{\"session_id\": \"a/b\"}",
                "{\"scrape_interval\": \"15\"}",
                "{\"scrape_interval\": \"999ms\"}",
                "{\"scrape_interval\": \"61m\"}",
                "{\"scrape_interval\": \"\"}",
                "{\"labels\": {\"1st\": \"x\"}}",
                "{\"labels\": {\"__name__\": \"x\"}}",
                "{\"labels\": {\"a-b\": \"x\"}}",
                "{\"labels\": {\"session_id\": \"x\"}}",
                "{\"labels\": {\"job\": \"x\"}}",
                "{\"labels\": {\"instance\": \"x\"}}",
                "{\"labels\": {\"le\": \"x\"}}",
                "{\"labels\": {\"a\": null}}",
                "{\"labels\": {\"a\": \"\"}}",
                "{\"labels\": {\"a\": \"x\\u0000\"}}",
                "{\"labels\": {\"a\": \"x\\ny\"}}",
                "{\"labels\": {\"a\": \"\\ud800\"}}",
                "{\"labels\": {\"\": \"x\"}}"
            })
    void whatCannotBeIsRefused(String body) {
        Answer refused = post(OPERATOR, SESSIONS, body);
        assertThat(refused.status()).as(body).isEqualTo(422);
        assertThat(refused.problem()).isEqualTo("invalid-request");
        assertThat(refused.body().path("errors").path(0).path("field").asText()).isNotEmpty();
    }

    @Test
    void whatIsWrongIsNamed() {
        Answer label = post(OPERATOR, SESSIONS, "{\"labels\": {\"fine\": \"x\", \"a-b\": \"x\"}}");
        assertThat(label.body().path("detail").asText()).contains("'a-b' is none");
        Answer field = post(OPERATOR, SESSIONS, "{\"scrape_intervall\": \"5s\"}");
        assertThat(field.status()).isEqualTo(422);
        assertThat(field.problem()).isEqualTo("unknown-field");
        assertThat(field.body().path("detail").asText()).contains("no field scrape_intervall", "scrape_interval");
    }

    @Test
    void isBounded() {
        StringBuilder labels = new StringBuilder();
        for (int i = 0; i < 21; i++) {
            labels.append(i == 0 ? "" : ",").append("\"l").append(i).append("\":\"v\"");
        }
        for (String body : new String[] {
            "{\"session_id\": \"" + "a".repeat(65) + "\"}",
            "{\"labels\": {" + labels + "}}",
            "{\"labels\": {\"a\": \"" + "x".repeat(201) + "\"}}",
            "{\"labels\": {\"" + "a".repeat(101) + "\": \"x\"}}"
        }) {
            assertThat(post(OPERATOR, SESSIONS, body).status()).as(body).isEqualTo(422);
        }
        for (String body : new String[] {"[]", "{\"labels\": []}", "{\"session_id\": {}}", "", "null"}) {
            assertThat(post(OPERATOR, SESSIONS, body).status()).as(body).isEqualTo(400);
        }
    }

    @Test
    void isListedPageByPage() {
        for (int i = 0; i < 5; i++) {
            post(OPERATOR, SESSIONS, "{\"session_id\": \"%s\"}".formatted(unique("page")));
        }
        List<String> all = new ArrayList<>();
        String path = SESSIONS + "?limit=2";
        while (!path.isEmpty()) {
            Answer page = get(VIEWER, path);
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body().path("items").size()).isBetween(1, 2);
            page.body()
                    .path("items")
                    .forEach(item -> all.add(item.path("session_id").asText()));
            JsonNode next = page.body().path("next");
            assertThat(page.response().headers().firstValue("Link").isPresent()).isEqualTo(!next.isNull());
            path = next.isNull() ? "" : SESSIONS + "?limit=2&cursor=" + next.asText();
        }
        assertThat(all).isSorted().doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(5);
        assertThat(get(VIEWER, SESSIONS + "?cursor=%00").problem()).isEqualTo("bad-cursor");
        assertThat(get(VIEWER, SESSIONS + "?limit=0").status()).isEqualTo(422);
    }

    @Test
    void isStoppedOnceAndStaysSo() {
        String id = unique("stop");
        post(OPERATOR, SESSIONS, "{\"session_id\": \"%s\"}".formatted(id));
        Answer stopped = post(OPERATOR, SESSIONS + "/" + id + "/stop", "");
        assertThat(stopped.status()).isEqualTo(200);
        assertThat(stopped.body().path("state").asText()).isEqualTo("STOPPED");
        String at = stopped.body().path("stopped_at").asText();
        assertThat(at).isNotEmpty();
        assertThat(post(OPERATOR, SESSIONS + "/" + id + "/stop", "")
                        .body()
                        .path("stopped_at")
                        .asText())
                .isEqualTo(at);
        assertThat(sessions.move(id, EnumSet.allOf(SessionState.class), SessionState.SETTLING, null))
                .isFalse();
        assertThat(audited(id)).containsExactly("session.create", "session.stop");
    }

    @Test
    void isDeleted() {
        String id = unique("delete");
        post(OPERATOR, SESSIONS, "{\"session_id\": \"%s\"}".formatted(id));
        assertThat(send(OPERATOR, "DELETE", SESSIONS + "/" + id, null).status()).isEqualTo(204);
        assertThat(get(VIEWER, SESSIONS + "/" + id).problem()).isEqualTo("session-not-found");
        assertThat(send(OPERATOR, "DELETE", SESSIONS + "/" + id, null).status()).isEqualTo(404);
        assertThat(post(OPERATOR, SESSIONS + "/" + id + "/stop", "").status()).isEqualTo(404);
        assertThat(audited(id)).containsExactly("session.create", "session.delete");
    }

    @Test
    void whoeverLooksChangesNothing() {
        String id = unique("roles");
        assertThat(post(VIEWER, SESSIONS, "{}").status()).isEqualTo(403);
        assertThat(post("", SESSIONS, "{}").status()).isEqualTo(401);
        post(OPERATOR, SESSIONS, "{\"session_id\": \"%s\"}".formatted(id));
        assertThat(get(VIEWER, SESSIONS + "/" + id).status()).isEqualTo(200);
        assertThat(post(VIEWER, SESSIONS + "/" + id + "/stop", "").status()).isEqualTo(403);
        assertThat(send(VIEWER, "DELETE", SESSIONS + "/" + id, null).status()).isEqualTo(403);
    }

    @Test
    void idsThatCannotBeAreNotFound() {
        for (String id : new String[] {"none", "a".repeat(5000), "%F0%9F%98%80", "a%20b"}) {
            assertThat(get(VIEWER, SESSIONS + "/" + id).status()).as(id).isEqualTo(404);
            assertThat(send(OPERATOR, "DELETE", SESSIONS + "/" + id, null).status())
                    .as(id)
                    .isEqualTo(404);
        }
        assertThat(get(VIEWER, SESSIONS + "/%00").status()).isBetween(400, 499);
    }

    private List<String> audited(String subject) {
        return jdbc.sql("SELECT action FROM audit_log WHERE subject = :subject ORDER BY at, id")
                .param("subject", subject)
                .query(String.class)
                .list();
    }
}
