package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.HttpLine;
import io.aitbc.benchmarks.load.HttpRequest;
import io.aitbc.benchmarks.load.Latencies;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many jobs the hub takes through their whole life: submitted, placed, given to a miner with its heartbeat, started,
 * completed, with usage and trust written. The miners take no time for a job, so that only the hub's work is measured.
 */
final class JobScenario implements Scenario {

    private static final int MINERS = 1_000;
    private static final int MINER_THREADS = 8;
    private static final int SUBMITTERS = 4;
    private static final int MOST_OPEN = 2_000;
    private static final Pattern JOB = Pattern.compile("\"job_id\":\"([^\"]+)\",\"attempt\":(\\d+)");

    private final Map<String, Long> open = new ConcurrentHashMap<>();
    private final AtomicInteger submitted = new AtomicInteger();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile boolean over;
    private Latencies latencies = new Latencies();
    private int completed;

    @Override
    public void run(Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        Duration length = Duration.ofSeconds(quick ? 10 : 30);
        Servers.Database database = servers.hubDatabase();
        try (Connection connection = database.connect()) {
            Fleet.miners(connection, MINERS);
        }
        double commits = new SingleRowCommits(database, MINERS).perSecond(Duration.ofSeconds(quick ? 4 : 10));
        try (ServiceProcess hub = servers.hub(database, Map.of())) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < MINER_THREADS; i++) {
                int share = i;
                threads.add(start("miners-" + i, () -> work(hub.port(), share)));
            }
            for (int i = 0; i < SUBMITTERS; i++) {
                threads.add(start("submitter-" + i, () -> submit(hub.port())));
            }
            Thread.sleep(Duration.ofSeconds(quick ? 15 : 30).toMillis());
            forget();
            long start = System.nanoTime();
            Thread.sleep(length.toMillis());
            double seconds = (System.nanoTime() - start) / 1e9;
            int done = completed();
            over = true;
            for (Thread thread : threads) {
                thread.join();
            }
            if (failure.get() != null) {
                throw new IOException("the load broke off", failure.get());
            }
            requireKept(database);
            report.add(Figure.compared(
                    "(f) jobs from submission to completion, 1,000 GPUs, at most 2,000 open (p50 "
                            + Figure.number(latencies.ms(0.5)) + " ms, p99 " + Figure.number(latencies.ms(0.99))
                            + " ms in all)",
                    done / seconds,
                    SingleRowCommits.NAME,
                    commits,
                    "/s"));
        } finally {
            servers.drop(database);
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private Thread start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException | RuntimeException e) {
                        failure.compareAndSet(null, e);
                        over = true;
                    }
                },
                name);
        thread.start();
        return thread;
    }

    private void submit(int port) throws IOException, InterruptedException {
        try (HttpLine line = new HttpLine(port)) {
            while (!over) {
                if (open.size() >= MOST_OPEN) {
                    Thread.sleep(2);
                    continue;
                }
                String id = "job-" + submitted.getAndIncrement();
                open.put(id, System.nanoTime());
                line.send(HttpRequest.post(
                        "/v1/jobs",
                        ServiceProcess.OPERATOR,
                        "{\"job_id\":\"" + id + "\",\"tenant_id\":\"tenant-" + id.hashCode() % 50
                                + "\",\"gpu_count\":1,\"max_duration_s\":600}"));
            }
        }
    }

    /** Beats for a share of the miners in turn, and does at once what the replies give them. */
    private void work(int port, int share) throws IOException, InterruptedException {
        Set<String> done = new HashSet<>();
        try (HttpLine line = new HttpLine(port)) {
            while (!over) {
                for (int miner = share; miner < MINERS && !over; miner += MINER_THREADS) {
                    String reply = line.exchange(HttpRequest.post(
                            "/v1/miners/heartbeat", Fleet.key(miner), "{\"status\":\"ready\",\"current_jobs\":0}"));
                    Matcher given = JOB.matcher(reply);
                    while (given.find()) {
                        if (done.add(given.group(1))) {
                            tell(line, miner, given, "started");
                            tell(line, miner, given, "completed");
                            ended(given.group(1));
                        }
                    }
                }
            }
        }
    }

    private static void tell(HttpLine line, int miner, Matcher job, String what) throws IOException {
        line.send(HttpRequest.post(
                "/v1/jobs/" + job.group(1) + "/events",
                Fleet.key(miner),
                "{\"type\":\"" + what + "\",\"attempt\":" + job.group(2) + ",\"at\":\"" + Instant.now() + "\"}"));
    }

    private synchronized void ended(String job) {
        Long since = open.remove(job);
        completed++;
        latencies.add(System.nanoTime() - (since == null ? System.nanoTime() : since));
    }

    private synchronized void forget() {
        latencies = new Latencies();
        completed = 0;
    }

    private synchronized int completed() {
        return completed;
    }

    /** Each job must have ended once and been charged once, or what was measured was something else. */
    private static void requireKept(Servers.Database database) throws SQLException {
        try (Connection connection = database.connect()) {
            long ended = Sql.number(connection, "SELECT count(*) FROM jobs WHERE state = 'COMPLETED'");
            long charged = Sql.number(
                    connection, "SELECT count(DISTINCT job_id) FROM usage_events WHERE resource_type = 'gpu_hours'");
            long twice = Sql.number(connection, "SELECT count(*) FROM jobs WHERE attempt > 1");
            if (ended == 0 || charged != ended || twice > 0) {
                throw new IllegalStateException(
                        ended + " jobs completed, " + charged + " charged, " + twice + " given twice");
            }
        }
    }
}
