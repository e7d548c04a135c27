package io.aitbc.benchmarks;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.benchmarks.load.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests full of usage events, such as a hub sends: an hour of work each, of some hundred tenants, in the order of time. */
final class UsageBodies {

    static final int TENANTS = 100;
    private static final String[] RESOURCES = {"gpu_hours", "compute_hours", "api_calls", "storage_gb"};

    private UsageBodies() {}

    /**
     * Builds requests.
     *
     * @param events in all
     * @param batch events per request
     * @param lines NDJSON rather than a JSON array
     * @param from when the first event happened; the others follow within an hour
     */
    static List<byte[]> of(int events, int batch, boolean lines, Instant from) {
        List<byte[]> requests = new ArrayList<>();
        for (int first = 0; first < events; first += batch) {
            StringBuilder body = new StringBuilder(batch * 400);
            body.append(lines ? "" : "[");
            for (int n = first; n < first + batch; n++) {
                body.append(n == first || lines ? "" : ",").append(event(n, from.plusMillis(3_600_000L * n / events)));
                body.append(lines ? "\n" : "");
            }
            body.append(lines ? "" : "]");
            requests.add(HttpRequest.post(
                    "/api/billing/usage",
                    ServiceProcess.SERVICE,
                    lines ? "application/x-ndjson" : "application/json",
                    body.toString().getBytes(StandardCharsets.UTF_8)));
        }
        return requests;
    }

    private static String event(int n, Instant at) {
        String resource = RESOURCES[n % RESOURCES.length];
        return String.format(
                Locale.ROOT,
                "{\"event_id\":\"%s\",\"source\":\"pool-1\",\"tenant_id\":\"tenant-%d\",\"miner_id\":\"miner-%d\","
                        + "\"job_id\":\"job-%d\",\"resource_type\":\"%s\",\"quantity\":0.%04d,\"unit_price\":0.50,"
                        + "\"occurred_at\":\"%s\",\"period_start\":\"%s\",\"period_end\":\"%s\","
                        + "\"metadata\":{\"gpu_count\":1}}",
                UuidCreator.getTimeOrderedEpochFast(),
                n % TENANTS,
                n % 997,
                n,
                resource,
                1 + n % 9_999,
                at,
                at.minus(Duration.ofHours(1)),
                at);
    }
}
