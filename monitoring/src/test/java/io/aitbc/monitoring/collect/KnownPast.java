package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.TestExporter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A Prometheus server with a past whose true figures are known, in ten minutes of yesterday, and with one target that it scrapes now.
 */
final class KnownPast {

    /** Ten minutes. */
    static final Instant FROM = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(12, ChronoUnit.HOURS);

    static final Instant TO = FROM.plusSeconds(600);

    /** More seconds than Prometheus gives points at once. */
    static final long LONG = 14_400;

    private KnownPast() {}

    /** Requests at 5/s, of them 0.5/s failing, half of them within 0.1 s, 9 of 10 within 0.25 s, all within 0.5 s; two cores; two GPUs. */
    private static void known(OpenMetrics past) {
        String app = "session_id=\"known\",job=\"app\",target_type=\"custom\",instance=\"127.0.0.1:9001\"";
        past.series("up", app, FROM, 600, i -> 1);
        past.series("http_requests_total", app + ",code=\"200\"", FROM, 600, i -> 5_000 + 4.5 * i);
        past.series("http_requests_total", app + ",code=\"500\"", FROM, 600, i -> 5_000 + 0.5 * i);
        buckets(past, app, 5, 9, 10, 10);
        String node = "session_id=\"known\",job=\"node\",target_type=\"node\",instance=\"127.0.0.1:9100\"";
        past.series("up", node, FROM, 600, i -> 1);
        // What the machine serves itself is nothing of what is measured.
        past.series("http_requests_total", node + ",code=\"200\"", FROM, 600, i -> 7_000 + 100 * i);
        past.series("node_cpu_seconds_total", node + ",cpu=\"0\",mode=\"idle\"", FROM, 600, i -> 9_000 + 0.25 * i);
        past.series("node_cpu_seconds_total", node + ",cpu=\"1\",mode=\"idle\"", FROM, 600, i -> 9_000 + 0.75 * i);
        past.series("node_cpu_seconds_total", node + ",cpu=\"0\",mode=\"user\"", FROM, 600, i -> 9_000 + 0.75 * i);
        past.series("node_cpu_seconds_total", node + ",cpu=\"1\",mode=\"user\"", FROM, 600, i -> 9_000 + 0.125 * i);
        past.series("node_cpu_seconds_total", node + ",cpu=\"1\",mode=\"system\"", FROM, 600, i -> 9_000 + 0.125 * i);
        String dcgm = "session_id=\"known\",job=\"dcgm\",target_type=\"dcgm\",instance=\"127.0.0.1:9400\"";
        past.series("up", dcgm, FROM, 600, i -> 1);
        past.series("DCGM_FI_DEV_GPU_UTIL", dcgm + ",gpu=\"0\"", FROM, 600, i -> i < 300 ? 100 : 60);
        past.series("DCGM_FI_DEV_GPU_UTIL", dcgm + ",gpu=\"1\"", FROM, 600, i -> 40);
        past.series("DCGM_FI_DEV_FB_USED", dcgm + ",gpu=\"0\"", FROM, 600, i -> 30_000 + (i == 123 ? 5_000 : 0));
        past.series("DCGM_FI_DEV_FB_FREE", dcgm + ",gpu=\"0\"", FROM, 600, i -> 10_000 - (i == 123 ? 5_000 : 0));
        past.series("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", dcgm + ",gpu=\"0\"", FROM, 600, i -> 1e9 + 250_000.0 * i);
    }

    /** Another over the same window: 20/s, a tenth of them above the highest finite bound. */
    private static void other(OpenMetrics past) {
        String app = "session_id=\"other\",job=\"app\",target_type=\"custom\",instance=\"127.0.0.1:9001\"";
        past.series("up", app, FROM, 600, i -> 1);
        past.series("http_requests_total", app + ",code=\"200\"", FROM, 600, i -> 5_000 + 20 * i);
        buckets(past, app, 5, 9, 9, 10);
    }

    /** A minute without scrapes, and the counter begins again after it. */
    private static void gappy(OpenMetrics past) {
        String app = "session_id=\"gappy\",job=\"app\",target_type=\"custom\",instance=\"127.0.0.1:9001\"";
        past.series("up", app, FROM, 600, i -> i < 200 || i >= 260, i -> 1);
        past.series(
                "http_requests_total",
                app + ",code=\"200\"",
                FROM,
                600,
                i -> i < 200 || i >= 260,
                i -> i < 200 ? 5_000 + 5 * i : 5 * (i - 260));
        String down = "session_id=\"gappy\",job=\"down\",target_type=\"custom\",instance=\"127.0.0.1:9002\"";
        past.series("up", down, FROM, 600, i -> 0);
    }

    /** A machine that is busy for a quarter of the time, seen in the first half of it only. */
    private static void half(OpenMetrics past) {
        String node = "session_id=\"half\",job=\"node\",target_type=\"node\",instance=\"127.0.0.1:9100\"";
        past.series("up", node, FROM, 300, i -> 1);
        past.series("node_cpu_seconds_total", node + ",cpu=\"0\",mode=\"idle\"", FROM, 300, i -> 9_000 + 0.75 * i);
        past.series("node_cpu_seconds_total", node + ",cpu=\"0\",mode=\"user\"", FROM, 300, i -> 9_000 + 0.25 * i);
    }

    /** A scrape every five seconds. */
    private static void slow(OpenMetrics past) {
        String app = "session_id=\"slow\",job=\"app\",target_type=\"custom\",instance=\"127.0.0.1:9001\"";
        past.series("up", app, FROM, 600, i -> i % 5 == 0, i -> 1);
        past.series("http_requests_total", app + ",code=\"200\"", FROM, 600, i -> i % 5 == 0, i -> 5_000 + 5 * i);
    }

    private static void longOne(OpenMetrics past) {
        String app = "session_id=\"long\",job=\"app\",target_type=\"custom\",instance=\"127.0.0.1:9001\"";
        past.series("up", app, FROM, LONG, i -> 1);
        past.series("http_requests_total", app + ",code=\"200\"", FROM, LONG, i -> 5_000 + 3 * i);
    }

    private static void buckets(OpenMetrics past, String labels, int... perSecond) {
        String[] bounds = {"0.1", "0.25", "0.5", "+Inf"};
        for (int b = 0; b < bounds.length; b++) {
            int each = perSecond[b];
            past.series(
                    "http_server_request_duration_seconds_bucket",
                    labels + ",le=\"" + bounds[b] + "\"",
                    FROM,
                    600,
                    i -> 100_000 + each * i);
        }
    }

    /** Starts it; what it scrapes now, each second, is of the session {@code live}. */
    static RealPrometheus start(TestExporter live) {
        RealPrometheus server = RealPrometheus.start("""
                global:
                  scrape_interval: 1s
                  scrape_timeout: 1s
                scrape_configs:
                  - job_name: live
                    static_configs:
                      - targets: ['%s']
                        labels: {session_id: live, target_type: custom}
                """.formatted(live.address()));
        server.stop();
        OpenMetrics past = new OpenMetrics();
        known(past);
        other(past);
        gappy(past);
        half(past);
        slow(past);
        longOne(past);
        past.backfill(server.config().resolveSibling("data"));
        return server.start();
    }
}
