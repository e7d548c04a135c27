package io.aitbc.monitoring.target;

import java.util.LinkedHashMap;
import java.util.Map;

/** Targets that no way of getting them into Prometheus takes. */
public final class InvalidTargets {

    /** One that is valid. */
    public static final String VALID = """
            {"job_id": "3607637", "target_type": "vllm", "scrape_config": {"job_name": "vllm-3607637",
             "metrics_path": "/metrics/vllm/3607637", "targets": ["server-api:8001"], "scheme": "http",
             "params": {"collect": ["cpu"]}, "scrape_interval": "10s", "scrape_timeout": "5s"}}
            """;

    private InvalidTargets() {}

    /** Each by the field that is to be named. */
    public static Map<String, String> byField() {
        Map<String, String> bodies = new LinkedHashMap<>();
        put(bodies, "job_id", "\"3607637\"", "null", "\"\"", "\"a\\u0000\"", "\"" + "x".repeat(129) + "\"");
        put(bodies, "target_type", "\"vllm\"", "null", "\"VLLM\"", "\"other\"");
        put(
                bodies,
                "scrape_config.job_name",
                "\"vllm-3607637\"",
                "null",
                "\"\"",
                "\"a/b\"",
                "\"a b\"",
                "\"ä\"",
                "\"" + "x".repeat(129) + "\"");
        put(
                bodies,
                "scrape_config.metrics_path",
                "\"/metrics/vllm/3607637\"",
                "\"\"",
                "\"metrics\"",
                "\"/metrics?x=1\"",
                "\"/metrics#x\"",
                "\"/a\\nb\"",
                "\"/ä\"",
                "\"/" + "x".repeat(1024) + "\"");
        put(
                bodies,
                "scrape_config.targets",
                "[\"server-api:8001\"]",
                "null",
                "[]",
                "[" + "\"a:1\",".repeat(50) + "\"a:1\"]");
        put(
                bodies,
                "scrape_config.targets[0]",
                "\"server-api:8001\"",
                "null",
                "\"\"",
                "\"server-api\"",
                "\"server-api:\"",
                "\"server-api:0\"",
                "\"server-api:65536\"",
                "\"server-api:8001/metrics\"",
                "\"http://server-api:8001\"",
                "\"a b:1\"",
                "\"a\\u0000:1\"",
                "\"user:pw@host:1\"",
                "\"::1:9090\"",
                "\"" + "x".repeat(254) + ":1\"");
        put(bodies, "scrape_config.targets[1]", "[\"server-api:8001\"]", "[\"a:1\", \"a:1\"]");
        put(bodies, "scrape_config.scheme", "\"http\"", "\"\"", "\"ftp\"", "\"HTTP\"");
        put(
                bodies,
                "scrape_config.params",
                "{\"collect\": [\"cpu\"]}",
                "{\"\": [\"x\"]}",
                "{\"a\": []}",
                "{\"a\": null}",
                "{\"a\": [null]}",
                "{\"a\": [\"\\u0000\"]}",
                "{\"a\": [\"" + "x".repeat(1001) + "\"]}");
        put(
                bodies,
                "scrape_config.scrape_interval",
                "\"10s\"",
                "\"\"",
                "\"10\"",
                "\"0s\"",
                "\"2h\"",
                "\"-1s\"",
                "\"1.5s\"");
        put(bodies, "scrape_config.scrape_timeout", "\"5s\"", "\"\"", "\"11s\"", "\"0\"", "\"5 s\"");
        bodies.put("scrape_config 1", "{\"job_id\": 1, \"target_type\": \"node\"}");
        return bodies;
    }

    private static void put(Map<String, String> bodies, String field, String valid, String... invalid) {
        for (String each : invalid) {
            bodies.put(field + " " + each, VALID.replace(valid, each));
        }
    }
}
