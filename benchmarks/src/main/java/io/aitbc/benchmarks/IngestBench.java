package io.aitbc.benchmarks;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Usage ingest over HTTP in rows per second, against raw COPY of the same rows into the same table. */
final class IngestBench {

    private static final int BATCH = 10_000;
    private static final int BATCHES = 12;

    private final Bench bench;

    IngestBench(Bench bench) {
        this.bench = bench;
    }

    void run() throws Exception {
        int port = bench.start("coordinator-api", "coordinator");
        String operator = Bench.KEY + "COORDINATOR_OPERATOR_KEY";
        for (int t = 0; t < 10; t++) {
            String tenant = "{\"tenant_id\":\"t-" + t + "\",\"name\":\"T\",\"currency\":\"USD\",\"timezone\":\"UTC\"}";
            if (bench.post(port, "/api/tenants", operator, tenant).statusCode() != 201) {
                throw new IllegalStateException("no tenant");
            }
        }
        ingest(port, 1, 4);
        String ledger = ledger();
        for (int connections : new int[] {1, 2}) {
            double rows = ingest(port, connections, BATCHES);
            double copy = copy(ledger);
            Bench.say(
                    "ingest, %d connection(s): %.0f rows/s over HTTP, raw COPY of the same rows into %s %.0f rows/s: ratio %.2f",
                    connections, rows, ledger, copy, rows / copy);
        }
    }

    private double ingest(int port, int connections, int batches) throws Exception {
        List<String> bodies = new ArrayList<>();
        for (int b = 0; b < batches; b++) {
            bodies.add(batch());
        }
        long start = System.nanoTime();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int c = 0; c < connections; c++) {
            int first = c;
            callers.add(CompletableFuture.runAsync(() -> {
                for (int b = first; b < bodies.size(); b += connections) {
                    send(port, bodies.get(b));
                }
            }));
        }
        CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).get(10, TimeUnit.MINUTES);
        return batches * (double) BATCH / ((System.nanoTime() - start) / 1e9);
    }

    private void send(int port, String body) {
        try {
            var answer = bench.post(port, "/api/billing/usage", Bench.KEY + "COORDINATOR_API_KEY", body);
            if (answer.statusCode() != 200 || !answer.body().contains("\"accepted\":" + BATCH)) {
                throw new IllegalStateException(
                        answer.body().substring(0, Math.min(400, answer.body().length())));
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String batch() {
        StringBuilder body = new StringBuilder("[");
        long now = System.currentTimeMillis();
        for (int i = 0; i < BATCH; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"event_id\":\"")
                    .append(UUID.randomUUID())
                    .append("\",\"source\":\"pool-1\",\"tenant_id\":\"t-")
                    .append(i % 10)
                    .append("\",\"resource_type\":\"gpu_hours\",\"quantity\":1.25,\"job_id\":\"job-")
                    .append(i)
                    .append("\",\"miner_id\":\"m-")
                    .append(i % 500)
                    .append("\",\"occurred_at\":\"")
                    .append(java.time.Instant.ofEpochMilli(now - i * 17L))
                    .append("\",\"metadata\":{\"gpu_count\":2}}");
        }
        return body.append(']').toString();
    }

    private String ledger() throws Exception {
        try (Connection connection = bench.connect("coordinator");
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT relname FROM pg_class WHERE relkind = 'p' AND relname LIKE 'usage%'"
                                + " AND relname NOT LIKE '%key%' ORDER BY relname LIMIT 1")) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Takes the rows out as text, empties the table, and copies the same rows in again: same table, same indexes. */
    private double copy(String ledger) throws Exception {
        try (Connection connection = bench.connect("coordinator");
                Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            java.io.StringWriter rows = new java.io.StringWriter();
            long count = Bench.unwrap(connection)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT * FROM " + ledger + ") TO STDOUT", rows);
            statement.execute("TRUNCATE " + ledger);
            long start = System.nanoTime();
            Bench.unwrap(connection)
                    .getCopyAPI()
                    .copyIn("COPY " + ledger + " FROM STDIN", new StringReader(rows.toString()));
            return count / ((System.nanoTime() - start) / 1e9);
        }
    }
}
