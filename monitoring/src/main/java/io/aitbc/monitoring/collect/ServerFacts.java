package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.config.AppliedConfig;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.springframework.stereotype.Component;

/** Which Prometheus a window was read from, and how it was configured then. */
@Component
class ServerFacts {

    private final PrometheusClient prometheus;
    private final AppliedConfig applied;

    ServerFacts(PrometheusClient prometheus, AppliedConfig applied) {
        this.prometheus = prometheus;
        this.applied = applied;
    }

    Manifest.Server now() {
        String config =
                prometheus.get("/api/v1/status/config").data().path("yaml").asText();
        return new Manifest.Server(
                prometheus.url().toString(),
                prometheus
                        .get("/api/v1/status/buildinfo")
                        .data()
                        .path("version")
                        .asText(),
                sha256(config),
                applied.generation().orElse(null));
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
