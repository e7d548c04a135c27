package io.aitbc.monitoring.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.monitoring.RunningMonitoring;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "EXPORTER_MAX_BYTES=3000000")
class ExporterRegistrationTest extends RunningMonitoring {

    private Answer put(String key, String name, String url) {
        return send(key, "PUT", "/api/v1/exporters/" + name, "{\"url\": \"" + url + "\"}");
    }

    private List<Map<String, Object>> audits(String name) {
        return jdbc.sql(
                        "SELECT action, actor, before::text, after::text FROM audit_log WHERE subject = :name ORDER BY id")
                .param("name", name)
                .query()
                .listOfRows();
    }

    @Test
    void aFieldThatThereIsNotIsRefusedByName() {
        Answer refused = send(OPERATOR, "PUT", "/api/v1/exporters/vllm/misspelt", "{\"uri\": \"http://a:1\"}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.problem()).isEqualTo("unknown-field");
    }

    @Test
    void aRegistrationIsMadeRepeatedChangedAndEnded() {
        String name = "qdrant/" + unique("4711_");
        assertThat(put(OPERATOR, name, "http://node-7:6333/metrics").status()).isEqualTo(201);
        Answer again = put(OPERATOR, name, "http://node-7:6333/metrics");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("service").asText()).isEqualTo("qdrant");
        assertThat(audits(name)).as("a repetition changes nothing").hasSize(1);
        Answer moved = put(OPERATOR, name, "https://node-8/metrics?full=1");
        assertThat(moved.status()).isEqualTo(200);
        assertThat(moved.body().path("url").asText()).isEqualTo("https://node-8/metrics?full=1");
        assertThat(moved.body().path("registered_at").asText())
                .isEqualTo(again.body().path("registered_at").asText())
                .endsWith("Z");
        assertThat(send(OPERATOR, "DELETE", "/api/v1/exporters/" + name, null).status())
                .isEqualTo(204);
        Answer gone = send(OPERATOR, "DELETE", "/api/v1/exporters/" + name, null);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.problem()).isEqualTo("exporter-not-found");
        assertThat(audits(name))
                .extracting(row -> row.get("action"))
                .containsExactly("exporter.put", "exporter.put", "exporter.delete");
        assertThat(String.valueOf(audits(name).get(1).get("before"))).contains("http://node-7:6333/metrics");
    }

    @Test
    void onlyOperatorsRegister() {
        assertThat(put(VIEWER, "vllm/1", "http://a/").status()).isEqualTo(403);
        assertThat(put("", "vllm/1", "http://a/").status()).isEqualTo(401);
        assertThat(send(VIEWER, "DELETE", "/api/v1/exporters/vllm/1", null).status())
                .isEqualTo(403);
        assertThat(get(VIEWER, "/api/v1/exporters").status()).isEqualTo(200);
        assertThat(get("", "/api/v1/exporters").status()).isEqualTo(401);
    }

    @Test
    void theListComesInPages() {
        String service = unique("paged");
        for (int i = 0; i < 5; i++) {
            put(OPERATOR, service + "/" + i, "http://node/" + i);
        }
        Answer page = get(VIEWER, "/api/v1/exporters?limit=2");
        int seen = 0;
        while (true) {
            for (var item : page.body().path("items")) {
                seen += item.path("service").asText().equals(service) ? 1 : 0;
            }
            assertThat(page.body().path("items").size()).isLessThanOrEqualTo(2);
            String link = page.response().headers().firstValue("Link").orElse("");
            if (link.isEmpty()) {
                break;
            }
            page = get(VIEWER, link.replaceFirst("^<https?://[^/]*", "").replaceFirst(">.*", ""));
        }
        assertThat(seen).isEqualTo(5);
        assertThat(get(VIEWER, "/api/v1/exporters?cursor=zzz").status()).isEqualTo(400);
        assertThat(get(VIEWER, "/api/v1/exporters?limit=0").status()).isEqualTo(422);
        assertThat(get(VIEWER, "/api/v1/exporters?limit=1e9").status()).isEqualTo(400);
    }

    @Test
    void whatCannotBeAnExporterIsRefusedByName() {
        for (String url : List.of(
                "",
                "node-7:6333/metrics",
                "ftp://node-7/metrics",
                "file:///etc/passwd",
                "http:///metrics",
                "http://user:secret@node-7/metrics",
                "http://node-7:0/metrics",
                "http://node-7:70000/metrics",
                "http://node-7/metrics#all",
                "http://node 7/metrics",
                "http://node-7/\\u0000",
                "http://nöde/metrics",
                "http://node-7/" + "x".repeat(2048))) {
            Answer answer = put(OPERATOR, "vllm/refused", url);
            assertThat(answer.status()).as(url).isEqualTo(422);
            assertThat(answer.body().path("detail").asText()).startsWith("url must");
        }
        for (String body : List.of("{}", "{\"url\": null}", "[]", "{\"url\": [1]}", "{\"url\": 5", "null", "")) {
            assertThat(send(OPERATOR, "PUT", "/api/v1/exporters/vllm/refused", body)
                            .status())
                    .as(body)
                    .isBetween(400, 422);
        }
        for (String name :
                List.of("vllm/" + "x".repeat(129), "-a/1", "vllm/a%20b", "v%00/1", "chain/dev", "vllm/%2e%2e")) {
            assertThat(put(OPERATOR, name, "http://node-7/metrics").status())
                    .as(name)
                    .isBetween(400, 422);
        }
    }
}
