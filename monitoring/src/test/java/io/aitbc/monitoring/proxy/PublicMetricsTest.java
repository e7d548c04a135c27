package io.aitbc.monitoring.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.monitoring.RunningMonitoring;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** With METRICS_PUBLIC=true and the SERVER_API_URL of the seed. */
class PublicMetricsTest extends RunningMonitoring {

    private static final RawExporter SERVER =
            RawExporter.saying("Content-Type: text/plain\r\n", "of_the_server 1\n".getBytes(StandardCharsets.UTF_8));

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("METRICS_PUBLIC", () -> "true");
        registry.add("SERVER_API_URL", () -> SERVER.url().replace("/metrics", "/"));
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @Test
    void unregisteredJobsAreLookedForAtTheServerWithoutAnyKey() {
        Answer answer = get("", "/metrics/vllm/3607637");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).isEqualTo("of_the_server 1\n");
        assertThat(SERVER.requests()).anySatisfy(head -> assertThat(head).startsWith("GET /metrics/vllm/3607637 HTTP"));
    }

    @Test
    void nothingElseIsPublic() {
        for (String path : new String[] {
            "/api/v1/exporters", "/metrics/../api/v1/exporters", "/metrics/vllm/%2e%2e/%2e%2e/api/v1/exporters", "/v1/x"
        }) {
            assertThat(get("", path).status()).as(path).isIn(400, 401, 404);
        }
        assertThat(send("", "PUT", "/api/v1/exporters/a/b", "{}").status()).isEqualTo(401);
        assertThat(send("", "DELETE", "/api/v1/exporters/a/b", null).status()).isEqualTo(401);
        assertThat(send("", "POST", "/metrics/vllm/1", "{}").status()).isIn(401, 405);
        assertThat(get("wrong-key", "/metrics/vllm/1").status())
                .as("a wrong key is no key")
                .isEqualTo(401);
    }
}
