package io.aitbc.monitoring.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.noContent;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import org.junit.jupiter.api.Test;

class SessionCommandsTest extends CommandScene {

    @Test
    void sessionCreateSendsWhatIsGivenAndNoMore() {
        SERVICE.stubFor(post("/api/v1/sessions").willReturn(jsonResponse("{\"session_id\":\"bench01\"}", 201)));
        Run run = words("session-create --session-id bench01");
        assertThat(run).isEqualTo(new Run(0, "Session bench01 is there.\n", ""));
        SERVICE.verify(postRequestedFor(urlEqualTo("/api/v1/sessions"))
                .withHeader("Authorization", equalTo("Bearer k-1"))
                .withRequestBody(equalToJson("{\"session_id\": \"bench01\"}")));
        words("session-create --scrape-interval 5s --label team=a --label run=b=c");
        SERVICE.verify(postRequestedFor(urlEqualTo("/api/v1/sessions"))
                .withRequestBody(
                        equalToJson("{\"scrape_interval\":\"5s\",\"labels\":{\"team\":\"a\",\"run\":\"b=c\"}}")));
        SERVICE.stubFor(post("/api/v1/sessions").willReturn(okJson("{\"session_id\":\"bench01\"}")));
        assertThat(words("session-create --session bench01").out()).isEqualTo("Session bench01 was there already.\n");
        assertThat(words("--json session-create --session bench01")
                        .json()
                        .path("session_id")
                        .asText())
                .isEqualTo("bench01");
    }

    @Test
    void serviceRegisterReadsAUrlAsTheSeedDoes() {
        SERVICE.stubFor(post("/api/v1/sessions/bench01/targets").willReturn(jsonResponse("{}", 201)));
        Run run = words("service-register --session bench01 --job-id 3607637 --name vllm"
                + " --endpoint http://server-api:8001/metrics/vllm/3607637");
        assertThat(run).isEqualTo(new Run(0, "Target vllm-3607637 is registered.\n", ""));
        SERVICE.verify(
                postRequestedFor(urlEqualTo("/api/v1/sessions/bench01/targets")).withRequestBody(equalToJson("""
                {"job_id": "3607637", "target_type": "vllm", "scrape_config": {"job_name": "vllm-3607637",
                 "metrics_path": "/metrics/vllm/3607637", "targets": ["server-api:8001"], "scheme": "http"}}
                """)));
        words("service-register --session bench01 --job-id 1 --name web --endpoint https://shop?a=1&a=2&b=x%20y");
        SERVICE.verify(
                postRequestedFor(urlEqualTo("/api/v1/sessions/bench01/targets")).withRequestBody(equalToJson("""
                {"job_id": "1", "target_type": "custom", "scrape_config": {"job_name": "web-1", "metrics_path": "/metrics",
                 "targets": ["shop:443"], "scheme": "https", "params": {"a": ["1", "2"], "b": ["x y"]}}}
                """)));
        for (String endpoint :
                new String[] {"server-api:8001", "ftp://a/", "http://", "http://u:p@a/", "http://a/#b"}) {
            assertThat(words("service-register --session s --job-id 1 --name n --endpoint " + endpoint)
                            .exit())
                    .as(endpoint)
                    .isEqualTo(2);
        }
    }

    @Test
    void targetAddSaysAllThatCanBeSaid() {
        SERVICE.stubFor(post("/api/v1/sessions/bench01/targets").willReturn(okJson("{}")));
        Run run = words(
                "target-add --session bench01 --job-id 7 --type node --target a:9100 --target b:9100 --scheme https"
                        + " --metrics-path /m --param collect[]=cpu --param collect[]=mem --scrape-interval 5s --scrape-timeout 4s"
                        + " --job-name nodes");
        assertThat(run.out()).isEqualTo("Target nodes was registered already.\n");
        SERVICE.verify(
                postRequestedFor(urlEqualTo("/api/v1/sessions/bench01/targets")).withRequestBody(equalToJson("""
                {"job_id": "7", "target_type": "node", "scrape_config": {"job_name": "nodes", "metrics_path": "/m",
                 "targets": ["a:9100", "b:9100"], "scheme": "https", "params": {"collect[]": ["cpu", "mem"]},
                 "scrape_interval": "5s", "scrape_timeout": "4s"}}
                """)));
        assertThat(words("target-add --session s --job-id 7 --target a:1 --param nonsense")
                        .exit())
                .isEqualTo(2);
        assertThat(words("target-add --session s --job-id 7").err()).contains("--target");
    }

    @Test
    void statusShowsASessionAsAPersonReadsIt() {
        SERVICE.stubFor(get("/api/v1/sessions/bench01").willReturn(okJson("""
                {"session_id": "bench01", "state": "ARMING", "failure": null, "labels": {"team": "a", "run": "1"},
                 "targets": [
                  {"session_id": "bench01", "target_type": "vllm", "scrape_config": {"job_name": "vllm-1"},
                   "instances": [{"instance": "a:1", "health": "up", "last_error": null},
                    {"instance": "b:2", "health": "up", "last_error": null}]},
                  {"target_type": "node", "scrape_config": {"job_name": "node-17"},
                   "instances": [{"instance": "c:3", "health": "unknown", "last_error": "bad\\u001b[2Jthing"}]}]}
                """)));
        Run run = words("status --session bench01");
        assertThat(run).isEqualTo(new Run(0, """
                session_id: bench01
                state: ARMING
                failure: -
                labels: team=a, run=1

                targets:
                job_name  type  instance  health   last_error
                vllm-1    vllm  a:1       up       -
                vllm-1    vllm  b:2       up       -
                node-17   node  c:3       unknown  bad?[2Jthing
                """, ""));
        assertThat(words("status --session bench01 --json").json().path("targets"))
                .hasSize(2);
    }

    @Test
    void statusWithoutASessionListsThem() {
        SERVICE.stubFor(get("/api/v1/sessions")
                .willReturn(okJson("{\"items\":[{\"session_id\":\"a\",\"state\":\"RUNNING\"}],\"next\":\"c/1\"}")));
        SERVICE.stubFor(get("/api/v1/sessions?cursor=c%2F1").willReturn(okJson("{\"items\":[],\"next\":null}")));
        assertThat(words("status").out()).isEqualTo("session_id  state\na           RUNNING\nMore: --cursor c/1\n");
        assertThat(words("status --cursor c/1").out()).isEqualTo("There is no session.\n");
        assertThat(words("status --session a --cursor b").exit()).isEqualTo(2);
    }

    @Test
    void stopAndDelete() {
        SERVICE.stubFor(post("/api/v1/sessions/bench01/stop").willReturn(okJson("{\"state\":\"STOPPED\"}")));
        SERVICE.stubFor(delete("/api/v1/sessions/bench01").willReturn(noContent()));
        assertThat(words("stop --session bench01").out()).isEqualTo("Session bench01 is stopped.\n");
        assertThat(words("stop --session bench01 --json").json().path("state").asText())
                .isEqualTo("STOPPED");
        assertThat(words("delete --session bench01").out()).isEqualTo("Session bench01 is deleted.\n");
        assertThat(words("delete --session bench01 --json")
                        .json()
                        .path("deleted")
                        .asBoolean())
                .isTrue();
        SERVICE.verify(2, deleteRequestedFor(urlEqualTo("/api/v1/sessions/bench01")));
        SERVICE.stubFor(delete("/api/v1/sessions/bench01?force=true").willReturn(noContent()));
        assertThat(words("delete --session bench01 --force").exit()).isZero();
        SERVICE.verify(deleteRequestedFor(urlEqualTo("/api/v1/sessions/bench01?force=true")));
        run("stop", "--session", "../x y?");
        SERVICE.verify(postRequestedFor(urlEqualTo("/api/v1/sessions/..%2Fx%20y%3F/stop")));
    }

    @Test
    void queryAsksAtOneTimeOrOverARange() {
        SERVICE.stubFor(post("/api/v1/prometheus/query").willReturn(okJson("""
                {"data": {"resultType": "vector", "result": [
                  {"metric": {"__name__": "up", "job": "a"}, "value": [1767261600, "1"]}]}, "warnings": ["careful"]}
                """)));
        Run run = run("query", "up == 1", "--time", "2026-01-01T11:00:00+01:00");
        assertThat(run).isEqualTo(new Run(0, "{__name__=\"up\", job=\"a\"} 1\n", "Prometheus: careful\n"));
        SERVICE.verify(postRequestedFor(urlEqualTo("/api/v1/prometheus/query"))
                .withRequestBody(equalToJson("{\"query\":\"up == 1\",\"time\":\"2026-01-01T10:00:00Z\"}")));
        SERVICE.stubFor(post("/api/v1/prometheus/query_range").willReturn(okJson("""
                {"data": {"resultType": "matrix", "result": [
                  {"metric": {}, "values": [[1767261600, "1"], [1767261615.5, "NaN"]]}]}}
                """)));
        String range = "query up --from-iso 2026-01-01T10:00:00Z --to-iso 2026-01-01T10:01:00Z";
        assertThat(words(range + " --step 15s").out())
                .isEqualTo("{}\n  2026-01-01T10:00:00Z  1\n  2026-01-01T10:00:15.500Z  NaN\n");
        SERVICE.verify(postRequestedFor(urlEqualTo("/api/v1/prometheus/query_range"))
                .withRequestBody(equalToJson("{\"query\":\"up\",\"start\":\"2026-01-01T10:00:00Z\","
                        + "\"end\":\"2026-01-01T10:01:00Z\",\"step\":\"15s\"}")));
        assertThat(words(range).exit()).isEqualTo(2);
        assertThat(words("query up --time yesterday").exit()).isEqualTo(2);
        SERVICE.stubFor(post("/api/v1/prometheus/query")
                .willReturn(okJson("{\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"42\"]}}")));
        assertThat(words("query 42").out()).isEqualTo("42\n");
        SERVICE.stubFor(post("/api/v1/prometheus/query")
                .willReturn(okJson("{\"data\":{\"resultType\":\"vector\",\"result\":[]}}")));
        assertThat(words("query nothing").out()).isEqualTo("No data.\n");
    }

    @Test
    void refusalsAreTheServicesOwnWords() {
        SERVICE.stubFor(any(anyUrl())
                .willReturn(jsonResponse("{\"status\":404,\"detail\":\"There is no session of this id.\"}", 404)));
        Run run = words("stop --session x");
        assertThat(run).isEqualTo(new Run(3, "", "The service refuses (404): There is no session of this id.\n"));
        Run json = words("stop --session x --json");
        assertThat(json.exit()).isEqualTo(3);
        assertThat(json.errorJson().path("exit_code").asInt()).isEqualTo(3);
        assertThat(json.errorJson().path("problem").path("status").asInt()).isEqualTo(404);
        environment.put("MONITORING_OPERATOR_KEY", "not a key");
        assertThat(words("stop --session x").exit()).isEqualTo(3);
    }

    @Test
    void whoIsAwayIsToldFromWhoRefuses() {
        assertThat(words("status --url http://127.0.0.1:1"))
                .isEqualTo(new Run(
                        4,
                        "",
                        "The service does not answer at http://127.0.0.1:1: nobody accepts the connection."
                                + " Is it running, and is --url right?\n"));
        for (ResponseDefinitionBuilder answer : new ResponseDefinitionBuilder[] {
            jsonResponse("{\"detail\":\"Prometheus does not answer.\"}", 503),
            aResponse().withStatus(502).withBody("<html>"),
            aResponse().withStatus(302).withHeader("Location", "/other"),
            aResponse().withStatus(200).withBody("<html>It works!</html>"),
            aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)
        }) {
            SERVICE.stubFor(any(anyUrl()).willReturn(answer));
            assertThat(words("status").exit()).isEqualTo(4);
        }
        SERVICE.verify(0, getRequestedFor(urlEqualTo("/other")));
    }

    @Test
    void urlAndKeyComeFromOptionsOrTheEnvironment() {
        SERVICE.stubFor(any(anyUrl()).willReturn(okJson("{\"items\":[]}")));
        environment.remove("MONITORING_OPERATOR_KEY");
        assertThat(words("status").exit()).isZero();
        SERVICE.verify(getRequestedFor(urlEqualTo("/api/v1/sessions")).withHeader("Authorization", absent()));
        environment.put("MONITORING_URL", "http://127.0.0.1:1");
        assertThat(run("status", "--url", SERVICE.baseUrl(), "--key", "k-2").exit())
                .isZero();
        SERVICE.verify(
                getRequestedFor(urlEqualTo("/api/v1/sessions")).withHeader("Authorization", equalTo("Bearer k-2")));
        assertThat(words("status --url nonsense").exit()).isEqualTo(2);
        environment.put("MONITORING_URL", "ftp://x");
        assertThat(words("status").err()).contains("--url (or MONITORING_URL) must be a URL");
    }
}
