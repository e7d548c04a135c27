package io.aitbc.benchmarks;

import java.util.Arrays;

/** A scrape of a hub with ten thousand miners, and that it holds no meter object per miner. */
final class PrometheusBench {

    private static final int MINERS = 10_000;
    private static final int SCRAPES = 20;

    private final Bench bench;

    PrometheusBench(Bench bench) {
        this.bench = bench;
    }

    void run() throws Exception {
        int port = bench.start("pool-hub", "hub");
        long before = meters();
        Fleet.create(bench, "hub", MINERS);
        Fleet.addResults(bench, "hub", MINERS, 2);
        bench.post(port, "/sla/metrics/collect", Bench.KEY + "POOLHUB_OPERATOR_KEY", "");
        double[] millis = new double[SCRAPES];
        int bytes = 0;
        for (int i = -5; i < SCRAPES; i++) {
            long start = System.nanoTime();
            var answer = bench.get(port, "/actuator/prometheus", Bench.KEY + "viewer");
            bytes = answer.body().length();
            if (!answer.body().contains("miner_id=\"b-9999\"")) {
                throw new IllegalStateException("a miner is missing");
            }
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        long after = meters();
        Bench.say(
                "prometheus with %d miners: median %.0f ms, worst of %d %.0f ms, %d kB; gauge objects %d before, %d with the fleet",
                MINERS, millis[SCRAPES / 2], SCRAPES, millis[SCRAPES - 1], bytes / 1024, before, after);
    }

    /** Micrometer gauges and counters in the hub's heap, by its own histogram. */
    private long meters() throws Exception {
        long pid = bench.lastPid();
        Process jcmd = new ProcessBuilder("jcmd", Long.toString(pid), "GC.class_histogram").start();
        try (var lines = jcmd.inputReader().lines()) {
            return lines.filter(line ->
                            line.matches(".*io\\.micrometer\\.prometheusmetrics\\.Prometheus(Gauge|Counter|Timer)$"))
                    .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[1]))
                    .sum();
        }
    }
}
