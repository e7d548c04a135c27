package io.aitbc.benchmarks;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Durable heartbeats per second over HTTP, against single-row committed UPDATEs by eight JDBC connections. */
final class HeartbeatBench {

    private static final int MINERS = 10_000;
    private static final int WRITERS = 8;

    private final Bench bench;
    private final int seconds;

    HeartbeatBench(Bench bench, int seconds) {
        this.bench = bench;
        this.seconds = seconds;
    }

    void run() throws Exception {
        int port = bench.start("pool-hub", "hub");
        Fleet.create(bench, "hub", MINERS);
        Thread.sleep(61_000); // the hub, alone, reads the fleet anew once a minute
        bench.sql(
                "hub",
                "CREATE TABLE ceiling (LIKE miner_status INCLUDING ALL) WITH (fillfactor = 50)",
                "INSERT INTO ceiling SELECT * FROM miner_status");
        Load.run(port, 64, 5, HeartbeatBench::request);
        double ceiling = updates();
        Load.Result best = null;
        for (int connections : new int[] {64, 128, 256}) {
            Load.Result result = Load.run(port, connections, seconds, HeartbeatBench::request);
            Bench.say(
                    "  heartbeats, %4d connections: %8.0f/s  p50 %.1f ms  p99 %.1f ms  failures %d",
                    connections, result.perSecond(), result.p50Millis(), result.p99Millis(), result.failures());
            best = best == null || result.perSecond() > best.perSecond() ? result : best;
        }
        double again = updates();
        double fair = Math.max(ceiling, again);
        Bench.say(
                "heartbeats: %.0f/s durable over HTTP, ceiling %.0f/s (8 connections, single-row UPDATE + commit): ratio %.2f",
                best.perSecond(), fair, best.perSecond() / fair);
    }

    private static byte[] request(int miner) {
        String body = "{\"status\":\"ready\",\"current_jobs\":1,\"network_latency_ms\":12.5}";
        return ("POST /v1/miners/heartbeat HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer " + Fleet.key(miner)
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private double updates() throws Exception {
        AtomicBoolean on = new AtomicBoolean(true);
        AtomicLong count = new AtomicLong();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            int first = w;
            Thread writer = new Thread(() -> write(first, on, count));
            writers.add(writer);
            writer.start();
        }
        Thread.sleep(1_000);
        long before = count.get();
        long start = System.nanoTime();
        Thread.sleep(seconds * 1_000L);
        double rate = (count.get() - before) / ((System.nanoTime() - start) / 1e9);
        on.set(false);
        for (Thread writer : writers) {
            writer.join(10_000);
        }
        return rate;
    }

    private void write(int first, AtomicBoolean on, AtomicLong count) {
        try (Connection connection = bench.connect("hub");
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE ceiling SET last_heartbeat_at = now(), current_jobs = ?, eta_ms = ? WHERE miner_id = ?")) {
            for (int i = first; on.get(); i = (i + WRITERS) % MINERS) {
                update.setInt(1, 1);
                update.setDouble(2, 12.5);
                update.setString(3, "b-" + i);
                update.executeUpdate();
                count.incrementAndGet();
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
