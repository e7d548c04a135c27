package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.service.web.Cursors;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read, by whom, and what is refused. */
class ReadsTest extends RunningSla {

    @Test
    void aListIsPagedWithoutLossOrRepetition() {
        String miner = miner();
        for (int i = 1; i <= 7; i++) {
            answered(miner, java.util.List.of(100.0 * i));
            collector.collect();
            clock.advance(Duration.ofMinutes(5));
        }
        Set<String> seen = new HashSet<>();
        String path = "/sla/metrics/" + miner + "?limit=3";
        int pages = 0;
        while (!path.isEmpty()) {
            Answer page = get(VIEWER, path);
            for (JsonNode row : page.body()) {
                assertThat(seen.add(row.path("id").asText())).isTrue();
            }
            pages++;
            path = page.response()
                    .headers()
                    .firstValue("Link")
                    .map(link -> link.replaceAll("<https?://[^/]+([^>]*)>.*", "$1"))
                    .orElse("");
        }
        assertThat(seen).hasSize(7);
        assertThat(pages).isEqualTo(3);
        assertThat(get(VIEWER, "/v1/sla/metrics/" + miner).body()).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sla/metrics?hours=0",
                "/sla/metrics?hours=8761",
                "/sla/metrics?metric_type=speed",
                "/sla/violations?severity=mild",
                "/sla/reports/m-1?month=2026-13"
            })
    void whatMakesNoSenseIsRefused(String path) {
        assertThat(get(VIEWER, path).status()).isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sla/violations?from=%2B1000000000-12-31T23:59:59Z",
                "/sla/violations?to=-1000000000-01-01T00:00:00Z",
                "/sla/violations?to=2026-02-30T00:00:00Z",
                "/sla/billing/reconciliation?from=%2B999999999-12-31T00:00:00Z&to=%2B1000000000-01-01T00:00:00Z"
            })
    void aTimeThatNoDatabaseHoldsIsRefused(String path) {
        assertThat(get(VIEWER, path).status()).isEqualTo(400);
        assertThat(get(VIEWER, path).body().path("detail").asText()).contains("of the years 1970 to 9999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sla/metrics", "/sla/violations", "/sla/billing/usage/parked"})
    void aCursorOfNobodyIsRefused(String path) {
        assertThat(get(VIEWER, path + "?cursor=abc").status()).isEqualTo(400);
        String far = Cursors.encode("+1000000000-12-31T23:59:59Z", new UUID(0, 0).toString());
        assertThat(get(VIEWER, path + "?cursor=" + far).status()).isEqualTo(400);
    }

    @Test
    void readersReadAndOnlyOperatorsCollect() {
        assertThat(get("", "/sla/status").status()).isEqualTo(401);
        assertThat(get(VIEWER, "/sla/status").body().path("status").asText()).isEqualTo("healthy");
        assertThat(post(VIEWER, "/sla/metrics/collect", "").status()).isEqualTo(403);
        assertThat(get(VIEWER, "/sla/metrics/nobody").status()).isEqualTo(404);
    }
}
